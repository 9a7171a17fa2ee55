import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Right } from '#contracts';

/**
 * Who may call an endpoint: holders of a right, everybody who is signed in, or everybody (with the reason). An API key may
 * call what its rights allow, unless the endpoint says why it takes a person; what asks for no right takes a person,
 * unless it says otherwise.
 */
export type Access =
  | { readonly right: Right; readonly isNavigation?: boolean; readonly personOnly?: string }
  | { readonly signedIn: true; readonly orApiKey?: true }
  | { readonly public: string };

const declared = new WeakMap<object, Access>();

export function isPublic(access: Access): access is { public: string } {
  return 'public' in access;
}

/** Why an API key is refused; undefined where it is let in. */
export function whyPersonOnly(access: Access): string | undefined {
  if ('right' in access) return access.personOnly;
  return 'signedIn' in access && access.orApiKey !== true ? 'It concerns your own account' : undefined;
}

export function declareAccess(access: Access): MethodDecorator {
  return (_target, _key, descriptor) => {
    if (typeof descriptor.value === 'function') declared.set(descriptor.value, access);
    return descriptor;
  };
}

export function accessOf(handler: object): Access | undefined {
  return declared.get(handler);
}

/**
 * No declaration, no start.
 * @throws naming every route that has none.
 */
export function assertEveryRouteDeclaresAccess(discovery: DiscoveryService): void {
  const scanner = new MetadataScanner();
  const undeclared = discovery.getControllers().flatMap((controller) => {
    const prototype: object = controller.metatype?.prototype ?? {};
    return scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const method: unknown = Reflect.get(prototype, name);
        const isRoute = typeof method === 'function' && Reflect.hasMetadata(PATH_METADATA, method);
        return isRoute && accessOf(method) === undefined;
      })
      .map((name) => `${controller.name}.${name}`);
  });
  if (undeclared.length > 0) {
    throw new Error(
      `These endpoints do not say who may call them: ${undeclared.join(', ')}. Give each an @Endpoint with a right.`,
    );
  }
}
