/** Writes deploy/nats/nats.conf anew from deploy/services.json: node deploy/make-nats-conf.mjs */
import fs from 'node:fs';
import { plainCommandLine } from '../scripts/lib/command-line.mjs';
import { deployedNatsConfig } from '../scripts/lib/nats-config.mjs';

plainCommandLine({
  usage: 'node deploy/make-nats-conf.mjs',
  what: 'Writes deploy/nats/nats.conf anew from the rules in scripts/lib/nats-config.mjs.',
});
fs.writeFileSync(new URL('nats/nats.conf', import.meta.url), deployedNatsConfig());
