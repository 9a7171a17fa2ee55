/** `npm run fuzz`: tools/fuzz.ts. */
import { buildAndRunTool } from './lib/tool.mjs';

await buildAndRunTool(
  'fuzz',
  {
    usage: 'npm run fuzz',
    what: 'Asks an installation of its own what the OpenAPI file describes, rightly and wrongly: docs/fuzz.md',
    options: {
      '--seconds N': 'how long it asks: 60',
      '--seed N': 'what it asks: the same again for the same number',
      '--requests N': 'ends after so many',
      '--out FILE': 'appends the report to it',
      '--url URL': 'a running installation, as FUZZ_EMAIL with FUZZ_PASSWORD: it is written to',
    },
  },
  { steps: 1 },
);
