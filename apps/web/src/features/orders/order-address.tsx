import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Descriptions, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderDetail, RevealedAddress } from '../../api/types';
import { joined } from '../../ui/goods';
import { useInstantText } from '../../ui/instant';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useSession } from '../session/session';
import { useWhyLacking } from '../shop-list/shop-lacks';
import { useShopZone } from '../shop-list/use-shops';
import { revealAddress } from './order-queries';

/** Masked; in clear only for who asks, after being told that it is recorded, and only while it is looked at. */
export function OrderAddress({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { can } = useSession();
  const reveal = useMutation({
    mutationFn: () => revealAddress(order),
    // A buyer's address must not lie about in the cache once the drawer is closed.
    gcTime: 0,
  });
  const { address } = order;
  const zone = useShopZone(order.shopId);
  const whyLacking = useWhyLacking(order.shopId, 'addresses');
  const mayReveal = can('addresses.read', order.shopId);

  function askFirst(): void {
    modal.confirm({
      title: t('address:revealTitle'),
      content: t('address:revealText'),
      okText: t('address:reveal'),
      cancelText: t('common:cancel'),
      onOk: () =>
        reveal.mutateAsync().then(
          () => undefined,
          () => undefined,
        ),
    });
  }

  return (
    <section data-testid="order-address" data-state={address.state}>
      <Typography.Title level={5}>{t('address:title')}</Typography.Title>
      {reveal.isError && <ProblemPanel error={reveal.error} />}
      {address.state !== 'known' ? (
        <p className="soft" style={{ marginTop: 0 }}>
          {whyLacking ?? t(`address:states:${address.state}`)}
          {address.withheldFor !== null && ` ${t(`address:withheldFor:${address.withheldFor}`)}`}
        </p>
      ) : reveal.data ? (
        <InClear address={reveal.data} zone={zone} onHide={() => reveal.reset()} />
      ) : (
        <div className="stack" style={{ gap: 10 }}>
          <div data-testid="masked-address">
            {joined(address.recipient, address.phone, address.city, address.region, address.country) || (
              <Unknown />
            )}
          </div>
          {mayReveal ? (
            <div className="row">
              <Button
                size="small"
                icon={<EyeOutlined />}
                loading={reveal.isPending}
                onClick={askFirst}
                data-testid="reveal-address"
              >
                {t('address:reveal')}
              </Button>
              <span className="soft small">{t('address:recorded')}</span>
            </div>
          ) : (
            <span className="soft small">{t('address:whoMay')}</span>
          )}
        </div>
      )}
    </section>
  );
}

interface InClearProps {
  address: RevealedAddress;
  zone: string | undefined;
  onHide: () => void;
}

function InClear({ address, zone, onHide }: InClearProps) {
  const { t } = useTranslation();
  const timeText = useInstantText();
  const facts: [key: string, label: string, value: string | null][] = [
    ['name', t('address:recipient'), joined(address.recipientName, address.additionalName)],
    ['phone', t('address:phone'), joined(address.phone, address.backupPhone)],
    ['email', t('address:email'), address.email],
    ['lines', t('address:lines'), address.lines.length > 0 ? address.lines.join(', ') : address.full],
    ['place', t('address:place'), joined(address.district, address.city, address.region, address.country)],
    ['post', t('address:postCode'), address.postCode],
    ['tax', t('address:taxCode'), address.taxCode],
  ];
  return (
    <div className="stack" style={{ gap: 10 }} data-testid="clear-address">
      <Descriptions
        size="small"
        bordered
        column={1}
        items={facts
          .filter(([, , value]) => value)
          .map(([key, label, value]) => ({
            key,
            label,
            children: <Typography.Text copyable>{value ?? ''}</Typography.Text>,
          }))}
      />
      <div className="row">
        <Button size="small" icon={<EyeInvisibleOutlined />} onClick={onHide}>
          {t('address:hide')}
        </Button>
        <span className="soft small">
          {t('address:readAt', { time: timeText(address.readAt, zone) })} {t('address:asGiven')}
        </span>
      </div>
    </div>
  );
}
