import type { FastifyInstance } from 'fastify';

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
    const fitting = this.routes.filter((route) => route.pattern.test(path));
    return [...new Set(fitting.flatMap((route) => route.methods))].sort();
  }
}
