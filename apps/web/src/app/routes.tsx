import type { ComponentType, ReactNode } from 'react';
import { createBrowserRouter, Navigate, type RouteObject, useLocation } from 'react-router';
import type { Right } from '../api/types';
import { RequireRight, useSession } from '../features/session/session';
import { loadPage } from '../ui/load-page';
import { PageLoading } from '../ui/page-loading';
import { NotFound, PageFailure } from './failure-pages';
import type { PagePath } from './pages';
import { Shell } from './shell';

type PageModule = { default: ComponentType };

/** A page in its own chunk, for those who hold the right; null: for everybody who is signed in. */
function page(path: PagePath, right: Right | null, load: () => Promise<PageModule>): RouteObject {
  return {
    path,
    errorElement: <PageFailure />,
    lazy: async () => {
      const { default: Page } = await loadPage(load);
      return {
        element:
          right === null ? (
            <Page />
          ) : (
            <RequireRight right={right}>
              <Page />
            </RequireRight>
          ),
      };
    },
  };
}

function Home(): ReactNode {
  const { can } = useSession();
  const { search } = useLocation();
  return <Navigate to={{ pathname: can('figures.read') ? '/dashboard' : '/orders', search }} replace />;
}

export const router = createBrowserRouter([
  {
    errorElement: <PageFailure />,
    hydrateFallbackElement: <PageLoading />,
    children: [
      {
        path: '/sign-in' satisfies PagePath,
        lazy: async () => {
          const { default: SignInPage } = await loadPage(() => import('../features/session/sign-in-page'));
          return { element: <SignInPage /> };
        },
      },
      {
        element: <Shell />,
        children: [
          { path: '/' satisfies PagePath, element: <Home /> },
          page('/dashboard', 'figures.read', () => import('../features/dashboard/dashboard-page')),
          page('/orders', 'orders.read', () => import('../features/orders/orders-page')),
          page('/after-sales', 'orders.read', () => import('../features/after-sales/after-sales-page')),
          page('/products', 'products.read', () => import('../features/products/products-page')),
          page('/promotions', 'products.read', () => import('../features/promotions/promotions-page')),
          page('/shops', 'shops.read', () => import('../features/shops/shops-page')),
          page('/completeness', 'sync.read', () => import('../features/completeness/completeness-page')),
          page('/sync', 'sync.read', () => import('../features/sync/sync-page')),
          page('/webhooks', 'sync.read', () => import('../features/webhooks/webhooks-page')),
          page('/quarantine', 'sync.read', () => import('../features/quarantine/quarantine-page')),
          page('/people', 'people.manage', () => import('../features/people/people-page')),
          page('/apps', 'apps.manage', () => import('../features/apps/apps-page')),
          page('/audit', 'audit.read', () => import('../features/audit/audit-page')),
          page('/api-keys', null, () => import('../features/api-keys/api-keys-page')),
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);
