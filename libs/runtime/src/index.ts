export * from './config.js';
export * from './copy-rows.js';
export * from './database.js';
export * from './errors.js';
export * from './logger.js';
export * from './process-lifecycle.js';
export * from './sealer.js';
export * from './validate.js';
