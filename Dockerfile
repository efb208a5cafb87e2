# The exporter on a Linux host:
#   docker run -d --pid=host --cgroupns=host -v /proc:/host/proc:ro -v /sys:/host/sys:ro -v /etc/passwd:/host/etc/passwd:ro \
#     -p 127.0.0.1:10836:10836 mlx-headroom
# With -v /run/mlx-headroom:/host/run/mlx-headroom:ro it reads what processes under the reporter say of MLX's allocator.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY src src
RUN npx tsc -p tsconfig.json && npm prune --omit=dev

FROM node:20-bookworm-slim
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY rules rules
COPY grafana grafana
# Figures that the kernel refuses to other users (disk bytes, environments) are reported as forbidden; add
# --cap-add SYS_PTRACE --user 0 to read them too.
USER node
EXPOSE 10836
# As in deploy/mlx-headroom.service.
ENTRYPOINT ["node", "--max-semi-space-size=4", "--max-old-space-size=96", "--single-threaded-gc", "--no-memory-reducer", "/app/dist/bin.js"]
# Inside a container the port must be open to be published; the host decides to whom.
CMD ["serve", "--web.listen-address", ":10836", "--path.procfs", "/host/proc", "--path.sysfs", "/host/sys", "--path.rootfs", "/host"]
