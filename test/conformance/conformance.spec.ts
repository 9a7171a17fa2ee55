import { MARKETPLACES } from '#marketplaces';
import { conforms } from './conforms.js';

for (const marketplace of MARKETPLACES) conforms(marketplace);
