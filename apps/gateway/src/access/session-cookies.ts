import type { FastifyReply } from 'fastify';
import type { IssuedSession, SignedInSession } from '#contracts';

export const ACCESS_COOKIE = 'omni_access';
export const REFRESH_COOKIE = 'omni_refresh';
/** Stays when somebody signs out: it says that they have signed in here, and signs nobody in. */
export const DEVICE_COOKIE = 'omni_device';
const DEVICE_PATH = '/api/v1/auth/sign-in';
/** The refresh token goes only where it is needed. */
const REFRESH_PATH = '/api/v1/auth';

export function setSessionCookies(reply: FastifyReply, session: IssuedSession, isSecure: boolean): void {
  const shared = { httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
  void reply.setCookie(ACCESS_COOKIE, session.accessToken, {
    ...shared,
    path: '/',
    expires: new Date(session.accessExpiresAt),
  });
  void reply.setCookie(REFRESH_COOKIE, session.refreshToken, {
    ...shared,
    path: REFRESH_PATH,
    expires: new Date(session.refreshExpiresAt),
  });
}

export function setDeviceCookie(
  reply: FastifyReply,
  device: SignedInSession['device'],
  isSecure: boolean,
): void {
  void reply.setCookie(DEVICE_COOKIE, device.token, {
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure,
    path: DEVICE_PATH,
    expires: new Date(device.expiresAt),
  });
}

export function clearSessionCookies(reply: FastifyReply): void {
  void reply.clearCookie(ACCESS_COOKIE, { path: '/' });
  void reply.clearCookie(REFRESH_COOKIE, { path: REFRESH_PATH });
}
