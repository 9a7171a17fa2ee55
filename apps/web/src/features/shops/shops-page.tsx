import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Input, Pagination, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Shop } from '../../api/types';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { useUrlFilters } from '../../ui/url-filters';
import { useSession } from '../session/session';
import { ConnectDialog } from './connect-dialog';
import { ConnectOutcome } from './connect-outcome';
import { EditShopDialog } from './edit-shop-dialog';
import { ShopCard } from './shop-card';
import { useShops } from './use-shops';

const CARDS_PER_PAGE = 24;
const SEARCH_FROM_SHOPS = 7;
const URL_NAMES = ['connect'] as const;

/** Those that wait for somebody come first. */
function byUrgency(a: Shop, b: Shop): number {
  const rank = (shop: Shop) => (shop.status === 'needs_reauthorization' ? 0 : shop.expiresSoon ? 1 : 2);
  return rank(a) - rank(b) || a.name.localeCompare(b.name);
}

export default function ShopsPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { query, shops } = useShops();
  const { values, change } = useUrlFilters(URL_NAMES);
  const [again, setAgain] = useState<Shop | null>(null);
  const [edited, setEdited] = useState<Shop | null>(null);
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);

  const wanted = search.trim().toLowerCase();
  const found = shops
    .filter((shop) => shop.name.toLowerCase().includes(wanted) || shop.platformShopId.includes(wanted))
    .sort(byUrgency);
  const shown = found.slice((page - 1) * CARDS_PER_PAGE, page * CARDS_PER_PAGE);
  const openConnect = () => change({ connect: '1' });
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
            {shops.length >= SEARCH_FROM_SHOPS && (
              <Input.Search
                allowClear
                placeholder={t('shops:searchPlaceholder')}
                aria-label={t('shops:searchPlaceholder')}
                onChange={(event) => {
                  setSearch(event.target.value);
                  setPage(1);
                }}
                style={{ width: 220 }}
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
        {shown.map((shop) => (
          <ShopCard key={shop.id} shop={shop} onReauthorize={setAgain} onEdit={setEdited} />
        ))}
      </div>
      {found.length > CARDS_PER_PAGE && (
        <Pagination
          align="end"
          current={page}
          pageSize={CARDS_PER_PAGE}
          total={found.length}
          showSizeChanger={false}
          onChange={setPage}
        />
      )}
      <ConnectDialog
        isOpen={values.connect !== undefined || again !== null}
        shop={again}
        onClose={() => {
          setAgain(null);
          change({ connect: undefined });
        }}
      />
      {edited && <EditShopDialog key={edited.id} shop={edited} onClose={() => setEdited(null)} />}
    </div>
  );
}
