# The exporter on a Linux host:
#   docker build -t mlx-headroom .
#   docker run -d --name mlx-headroom --pid=host --cgroupns=host --read-only --cap-drop=ALL --security-opt=no-new-privileges \
#     --memory=256m --restart=unless-stopped -p 127.0.0.1:10836:10836 \
#     -v /proc:/host/proc:ro -v /sys:/host/sys:ro -v /etc/passwd:/host/etc/passwd:ro mlx-headroom
# With -v /run/mlx-headroom:/host/run/mlx-headroom:ro it reads what processes under the reporter say of MLX's allocator.
# docs/deploy.md says what else there is, and what was run. To build from exactly these bases each time, name them by digest:
#   --build-arg NODE_IMAGE=node@sha256:… --build-arg RUNTIME_IMAGE=gcr.io/distroless/cc-debian12@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim
# glibc and libstdc++, certificates, and no shell. Not Alpine: NVIDIA's library, which its runtime mounts, needs glibc.
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY src src
# What nobody reads in a container: types, maps and manuals, more than half of it all.
RUN npx tsc -p tsconfig.json && npm prune --omit=dev \
  && find dist node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.md' \
    -o -name .tsbuildinfo \) ! -iname 'licen[cs]e*' -delete \
  && find node_modules -type d -empty -delete

FROM ${RUNTIME_IMAGE} AS runtime
LABEL org.opencontainers.image.title="mlx-headroom" \
  org.opencontainers.image.description="Headroom of MLX processes, for Prometheus" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY rules rules
COPY grafana grafana
COPY reporter reporter
ENV NODE_ENV=production
# A number, so that Kubernetes can tell that it is not root. Figures that the kernel refuses to other users (disk bytes,
# environments) are reported as forbidden; docs/deploy.md says how to read them too.
USER 65532:65532
EXPOSE 10836
# With TLS or a password (--web.config.file) this asks in vain: give docker run a --health-cmd of your own.
HEALTHCHECK --interval=60s --timeout=10s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:10836/-/healthy').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As in deploy/mlx-headroom.service.
ENTRYPOINT ["node", "--max-semi-space-size=4", "--max-old-space-size=96", "--single-threaded-gc", "--no-memory-reducer", "/app/dist/bin.js"]
# Inside a container the port must be open to be published; the host decides to whom.
CMD ["serve", "--web.listen-address", ":10836", "--path.procfs", "/host/proc", "--path.sysfs", "/host/sys", "--path.rootfs", "/host"]
