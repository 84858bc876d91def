# docker build -t winnow .                                    the built-in metrics, about 2 GB
# docker build -t winnow --build-arg EXTRAS=all .             with models and maps
FROM python:3.11-slim AS build
ARG EXTRAS=maps
COPY . /src
RUN python -m venv /opt/winnow && /opt/winnow/bin/pip install --no-cache-dir "/src[${EXTRAS}]"

FROM python:3.11-slim
# ultralytics (extra `models`) asks for the desktop build of OpenCV, which needs these two.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/winnow /opt/winnow
RUN useradd --create-home winnow && mkdir /data && chown winnow /data
USER winnow
WORKDIR /data
ENV PATH=/opt/winnow/bin:$PATH
VOLUME /data
EXPOSE 8501
# Inside a container the server listens to the container's network: who reaches it is up to the port that is published.
# Other names than localhost are answered only when --allow-host names them.
CMD ["winnow", "serve", "--workspace", "/data/workspace", "--address", "0.0.0.0", "--insecure-open", "--allow-host", "localhost"]
