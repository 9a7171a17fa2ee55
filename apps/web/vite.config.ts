import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compressedFiles } from './compressed-files';
import { PAGES } from './src/app/pages';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('src/', import.meta.url));

/** The gateway that `vite` (development only) passes what is not a page on to. */
const gatewayUrl = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';

const specs = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.spec.ts'),
);

/** For the gateway: which addresses are pages. */
function pageList(): Plugin {
  return {
    name: 'page-list',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(PAGES) });
    },
  };
}

export default defineConfig({
  root,
  plugins: [react(), pageList(), compressedFiles()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // The chart library is loaded by the dashboard alone and is this large in one piece.
    chunkSizeWarningLimit: 900,
  },
  environments: {
    // The unit tests, for Node: each source beside its like in dist/apps, where `npm test` finds them.
    spec: {
      consumer: 'server',
      build: {
        outDir: '../../dist/apps/web/src',
        emptyOutDir: true,
        copyPublicDir: false,
        chunkSizeWarningLimit: 900,
        rolldownOptions: {
          input: specs.map((file) => `${sources}${file}`),
          external: /^[^./\0]/,
          output: {
            format: 'es',
            preserveModules: true,
            preserveModulesRoot: sources,
            entryFileNames: '[name].js',
          },
        },
      },
    },
  },
  builder: {
    buildApp: async ({ build, environments }) => {
      const { client, spec } = environments;
      if (client) await build(client);
      if (spec && specs.length > 0) await build(spec);
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': gatewayUrl, '/docs': gatewayUrl, '/integrations': gatewayUrl },
  },
});
