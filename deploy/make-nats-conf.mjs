/** Writes deploy/nats/nats.conf anew from deploy/services.json: node deploy/make-nats-conf.mjs */
import fs from 'node:fs';
import { deployedNatsConfig } from '../scripts/lib/nats-config.mjs';

fs.writeFileSync(new URL('nats/nats.conf', import.meta.url), deployedNatsConfig());
