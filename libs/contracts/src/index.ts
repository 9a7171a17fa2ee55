export * from './kernel/caller.js';
export * from './kernel/define-broadcast.js';
export * from './kernel/define-event.js';
export * from './kernel/define-rpc.js';
export * from './kernel/money.js';
export * from './kernel/page.js';
export * from './kernel/subjects.js';
