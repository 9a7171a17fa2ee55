import { onlineManager } from '@tanstack/react-query';

/** Whether the server answers, as far as the last call knows; the browser knows of a cut line of its own. */
let isAnswering = true;
const listeners = new Set<() => void>();
const waiting = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** A call was answered, or could not be sent. */
export function noteAnswer(wasAnswered: boolean): void {
  if (isAnswering === wasAnswered) return;
  isAnswering = wasAnswered;
  tell();
}

export function isConnected(): boolean {
  return isAnswering && onlineManager.isOnline();
}

/** For `useSyncExternalStore`. */
export function watchConnection(listener: () => void): () => void {
  listeners.add(listener);
  const stop = onlineManager.subscribe(listener);
  return () => {
    listeners.delete(listener);
    stop();
  };
}

/** Resolves when somebody asks to try again, or the line is back. */
export function untilRetry(): Promise<void> {
  return new Promise((resolve) => {
    const stop = onlineManager.subscribe((isOnline) => isOnline && go());
    function go(): void {
      stop();
      waiting.delete(go);
      resolve();
    }
    waiting.add(go);
  });
}

export function retryNow(): void {
  for (const go of [...waiting]) go();
}
