import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsDocument } from './calls-document.js';

writeFileSync(join(process.cwd(), 'apps/sandbox/CALLS.md'), callsDocument());
