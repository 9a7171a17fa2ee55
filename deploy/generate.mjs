/** Writes docker-compose.yml, nest-cli.json and deploy/nats/nats.conf anew from deploy/services.json: node deploy/generate.mjs */
import fs from 'node:fs';
import path from 'node:path';
import { plainCommandLine } from '../scripts/lib/command-line.mjs';
import { composeFile } from '../scripts/lib/compose.mjs';
import { deployedNatsConfig } from '../scripts/lib/nats-config.mjs';
import { nestCliFile } from '../scripts/lib/nest-cli.mjs';
import { ROOT } from '../scripts/lib/paths.mjs';

plainCommandLine({
  usage: 'node deploy/generate.mjs',
  what: 'Writes docker-compose.yml, nest-cli.json and deploy/nats/nats.conf anew from the table of services.',
});
for (const [file, text] of Object.entries({
  'docker-compose.yml': composeFile(),
  'nest-cli.json': nestCliFile(),
  'deploy/nats/nats.conf': deployedNatsConfig(),
}))
  fs.writeFileSync(path.join(ROOT, file), text);
