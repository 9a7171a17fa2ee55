/** Invented; for sandboxes that a test starts by itself. */
export const SANDBOX_CONTROL_TOKEN = 'sbxControlOfTests0001';

/** The sandbox's control interface, for whoever asks it from outside. */
export class SandboxControl {
  constructor(
    private readonly sandbox: string,
    private readonly token: string = SANDBOX_CONTROL_TOKEN,
  ) {}

  /** Throws with the sandbox's own words when it refuses. */
  async control<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<T> {
    const response = await fetch(`${this.sandbox}/control${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
