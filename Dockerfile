# The console alone; in a cluster it reads that cluster (see deploy/).
FROM node:24-bookworm-slim AS build
WORKDIR /weft
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node node_modules/vite/bin/vite.js build

FROM node:24-bookworm-slim
WORKDIR /weft
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY shared shared
COPY bff bff
COPY --from=build /weft/dist dist
USER 10001
EXPOSE 4280
CMD ["node", "bff/main.ts"]
