import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Shop } from '../../api/types';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { RowsPager, useRowsInPages } from '../../ui/rows-in-pages';
import { SearchBox } from '../../ui/search-box';
import { useOpened, useUrlFilters } from '../../ui/url-filters';
import { useSession } from '../session/session';
import { useShops } from '../shop-list/use-shops';
import { ConnectDialog } from './connect-dialog';
import { ConnectOutcome } from './connect-outcome';
import { EditShopDialog } from './edit-shop-dialog';
import { ShopCard } from './shop-card';

const SEARCH_FROM_SHOPS = 7;
const FILTER_NAMES = ['q'] as const;

/** Those that wait for somebody come first. */
function byUrgency(a: Shop, b: Shop): number {
  const rank = (shop: Shop) => (shop.status === 'needs_reauthorization' ? 0 : shop.expiresSoon ? 1 : 2);
  return rank(a) - rank(b) || a.name.localeCompare(b.name);
}

export default function ShopsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { query, shops } = useShops();
  const navigate = useNavigate();
  const { values, change } = useUrlFilters(FILTER_NAMES);
  const connecting = useOpened('connect');
  const [again, setAgain] = useState<Shop | null>(null);
  const [edited, setEdited] = useState<Shop | null>(null);
  const wanted = values.q?.toLowerCase() ?? '';
  const found = shops
    .filter((shop) => shop.name.toLowerCase().includes(wanted) || shop.platformShopId.includes(wanted))
    .sort(byUrgency);
  const list = useRowsInPages(found);
  const openConnect = () => void navigate(connecting.linkTo('1'));
  const connectButton = can('shops.manage') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={openConnect} data-testid="connect-shop">
      {t('shops:connect')}
    </Button>
  );

  return (
    <div className="stack">
      <PageHeader
        title={t('shops:title')}
        actions={
          <>
            {(shops.length >= SEARCH_FROM_SHOPS || values.q !== undefined) && (
              <SearchBox
                value={values.q}
                placeholder={t('shops:searchPlaceholder')}
                onSearch={(q) => change({ q })}
                testId="shops-search"
              />
            )}
            {shops.length > 0 && connectButton}
          </>
        }
      />
      <ConnectOutcome onTryAgain={openConnect} />
      {query.isError && <ProblemPanel error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <div className="grid-cards">
          <Card>
            <Skeleton active />
          </Card>
          <Card>
            <Skeleton active />
          </Card>
        </div>
      )}
      {query.isSuccess && shops.length === 0 && (
        <Card>
          <EmptyState title={t('shops:emptyTitle')} text={t('shops:emptyText')} action={connectButton} />
        </Card>
      )}
      {shops.length > 0 && found.length === 0 && <EmptyState title={t('common:nothingFound')} />}
      <div className="grid-cards" data-testid="shop-cards">
        {list.rows.map((shop) => (
          <ShopCard key={shop.id} shop={shop} onReauthorize={setAgain} onEdit={setEdited} />
        ))}
      </div>
      <RowsPager list={list} />
      <ConnectDialog
        isOpen={connecting.id !== undefined || again !== null}
        shop={again}
        onClose={() => {
          setAgain(null);
          if (connecting.id !== undefined) connecting.close();
        }}
      />
      {edited && <EditShopDialog key={edited.id} shop={edited} onClose={() => setEdited(null)} />}
    </div>
  );
}
