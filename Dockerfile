# The image of web, worker and beat: the same code, started by different commands (see docker-compose.yml).

FROM node:24-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund \
    && mkdir fonts poster-fonts \
    && for script in arabic latin; do for weight in 400 700; do \
        cp "node_modules/@fontsource/tajawal/files/tajawal-$script-$weight-normal.woff2" fonts/ || exit 1; \
    done; done \
    && for font in 400Regular 500Medium 700Bold 900Black; do \
        cp node_modules/@expo-google-fonts/tajawal/*/Tajawal_$font.ttf poster-fonts/ || exit 1; \
    done \
    && mkdir -p leaflet/images && cp node_modules/leaflet/dist/leaflet.css leaflet/ \
    && for image in layers layers-2x marker-icon; do \
        cp "node_modules/leaflet/dist/images/$image.png" leaflet/images/ || exit 1; \
    done \
    && sed '/^\/\/# sourceMappingURL=/d' node_modules/leaflet/dist/leaflet.js > leaflet/leaflet.js

FROM python:3.11-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes -r requirements.txt
WORKDIR /app
COPY manage.py ./
COPY sohag_mobile sohag_mobile
COPY vehicles vehicles
COPY services services
COPY schedules schedules
COPY exchange exchange
COPY announcements announcements
COPY templates templates
COPY static static
COPY locale locale
COPY --from=assets /assets/fonts static/vendor/fonts
COPY --from=assets /assets/leaflet static/vendor/leaflet
COPY --from=assets /assets/poster-fonts vendor/fonts
# Throwaway values of this one command: the settings refuse to load without them, and none stays in the image.
RUN SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=sqlite:////tmp/build.sqlite3 REDIS_URL=redis://build \
    PUBLIC_BASE_URL=https://build EMAIL_URL=consolemail:// CREDENTIALS_KEYS=build \
    DJANGO_SETTINGS_MODULE=sohag_mobile.settings.production STATIC_ROOT=/app/staticfiles VAR_DIR=/tmp/var \
    sh -c '/venv/bin/python manage.py compile_catalogue --quiet && /venv/bin/python manage.py collectstatic --noinput'

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 \
    PATH=/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=sohag_mobile.settings.production \
    STATIC_ROOT=/app/staticfiles \
    VAR_DIR=/var/lib/sohag-mobile
RUN useradd --system --uid 10001 --home-dir /var/lib/sohag-mobile --create-home app \
    && install -d -o app -g app /var/lib/sohag-mobile/radio /var/lib/sohag-mobile/site
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER app
VOLUME /var/lib/sohag-mobile
EXPOSE 8000
# The health page is asked for under the first allowed name, since Django answers to no other.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "\
import os, urllib.request as r; \
name = os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('.'); \
r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': name}), timeout=4)"]
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --no-ws --workers ${WEB_WORKERS:-2} --blocking-threads 4 --respawn-failed-workers --log-level warning sohag_mobile.wsgi:application"]
