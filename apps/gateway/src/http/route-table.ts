import type { FastifyInstance } from 'fastify';

/** Of a parameter in an address, decoded; a longer one fits no route. */
export const MAX_PATH_PART = 100;

/** The routes as Fastify got them, to tell a wrong method from a wrong address. Asked only when nothing matched. */
export class RouteTable {
  private readonly routes: { pattern: RegExp; methods: readonly string[] }[] = [];

  /** Must be called before routes are added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      if (route.url.includes('*')) return;
      const pattern = new RegExp(
        `^${route.url.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}/?$`,
      );
      const methods = Array.isArray(route.method) ? route.method : [route.method];
      this.routes.push({ pattern, methods });
    });
  }

  methodsOf(path: string): string[] {
    if (path.split('/').some((part) => decodeURIComponent(part).length > MAX_PATH_PART)) return [];
    const fitting = this.routes.filter((route) => route.pattern.test(path));
    const methods = new Set(fitting.flatMap((route) => route.methods));
    return methods.size === 0 ? [] : [...methods.add('OPTIONS')].sort();
  }
}
