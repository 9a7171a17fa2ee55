import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/base.css';
import { App } from './app/app';
import { startI18n } from './i18n/start';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');

// After an upgrade the server no longer has the parts that an open page names: the new page has them.
const RELOADED_AT = 'reloaded-at';
const RELOAD_AGAIN_AFTER_MS = 60_000;
window.addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED_AT)) < RELOAD_AGAIN_AFTER_MS) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  window.location.reload();
});

startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
