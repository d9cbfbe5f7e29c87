FROM python:3.12-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /venv
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY coaching coaching
COPY storage storage
COPY migrations migrations
RUN /venv/bin/pip install --no-cache-dir .

FROM python:3.12-slim-bookworm
# The folder of the default SQLite file; a server with PostgreSQL keeps nothing here.
RUN useradd --system --no-create-home --shell /usr/sbin/nologin coach && install -d -o coach -g coach /data
COPY --from=build /venv /venv
# matplotlib wants a folder to remember fonts in; this user has no home.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp
WORKDIR /data
VOLUME /data
USER coach
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["coach"]
CMD ["serve", "--host", "0.0.0.0"]
