import { conforms } from './conforms.js';

conforms('skeleton');
