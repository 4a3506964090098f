// How the week board writes hours, ages and sentences: templates come from the server, digits are those of the installation.

export const digits = (text, words) => (words.digits === "arab" ? text.replace(/[0-9]/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[digit]) : text);

export const fill = (template, values) => template.replace(/%\((\w+)\)s/g, (_all, name) => values[name] ?? "");

export const minutesOf = (time) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3, 5));

export const timeOf = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export const hoursOf = ({ from, to }, words) => digits(fill(words.hours, { start: from, end: to }), words);

// «قبل 3 دقائق»; the moment itself is read by the clock of this machine.
export const when = (moment, words) => {
  const seconds = Math.min(0, (Date.parse(moment) - Date.now()) / 1000);
  const ages = new Intl.RelativeTimeFormat(words.locale, { numeric: "auto" });
  if (seconds > -60) return ages.format(0, "second");
  if (seconds > -3600) return ages.format(Math.round(seconds / 60), "minute");
  if (seconds > -86400) return ages.format(Math.round(seconds / 3600), "hour");
  return ages.format(Math.round(seconds / 86400), "day");
};
