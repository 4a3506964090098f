// What the week board asks and sends.

const readJson = async (response) => {
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  return isJson && !response.redirected ? response.json() : null;
};

// Sends JSON: the answer with `ok` and its sentences, or {lost} with the sentence that says why there is none.
export const send = async (url, body, token, words) => {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      credentials: "same-origin",
    });
  } catch {
    return { lost: words.offline };
  }
  const answer = await readJson(response);
  if (answer === null) return { lost: response.status >= 500 ? words.broken : words.signedOut };
  const found = Object.values(answer.fields ?? {}).flat();
  return { ...answer, ok: response.ok, sentences: found.length ? found : [answer.message] };
};

// Asks: an object (or the page, where no words are given), null when nothing is new or there is no line.
export const ask = async (url, headers, words = null) => {
  let response;
  try {
    response = await fetch(url, { headers, credentials: "same-origin", cache: "no-store" });
  } catch {
    return null;
  }
  if (response.status === 304 || response.status >= 500) return null;
  if (words === null) return response.ok && !response.redirected ? response.text() : null;
  return (await readJson(response)) ?? { lost: words.signedOut };
};
