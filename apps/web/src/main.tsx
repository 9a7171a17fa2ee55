import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/base.css';
import { App } from './app/app';
import { startI18n } from './i18n/start';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');

await startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
