import { EditOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { Organisation } from '../../api/types';
import { FormDialog } from '../../ui/form-dialog';
import { Instant } from '../../ui/instant';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';
import { ZoneSelect } from '../../ui/zone-select';
import { useSession } from '../session/session';
import { ORGANISATION_KEY, useOrganisation } from './use-organisation';

/** What is set once for everybody. */
export function OrganisationCard() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { data: organisation, error, refetch } = useOrganisation();
  const [isEdited, setIsEdited] = useState(false);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  return (
    <Card
      loading={organisation === undefined}
      title={t('organisation:title')}
      data-testid="organisation"
      extra={
        can('organisation.manage') && (
          <Button icon={<EditOutlined />} onClick={() => setIsEdited(true)} data-testid="edit-organisation">
            {t('common:edit')}
          </Button>
        )
      }
    >
      {organisation && (
        <>
          {t('organisation:timeZone')}: <strong>{organisation.timeZone}</strong>
          <div className="soft small">
            {t('organisation:nextRenewal')}{' '}
            <Instant at={organisation.nextRenewalAt} zone={organisation.timeZone} />
          </div>
          {isEdited && <EditDialog organisation={organisation} onClose={() => setIsEdited(false)} />}
        </>
      )}
    </Card>
  );
}

function EditDialog({ organisation, onClose }: { organisation: Organisation; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  return (
    <FormDialog<{ timeZone: string }, Organisation>
      isOpen
      title={t('organisation:title')}
      initialValues={{ timeZone: organisation.timeZone }}
      save={(body) => ask(gateway.PATCH('/api/v1/organisation', { body }))}
      onSaved={(changed) => {
        queryClient.setQueryData(ORGANISATION_KEY, changed);
        notify.done(t('common:saved'));
      }}
      onClose={onClose}
    >
      <Form.Item name="timeZone" label={t('organisation:timeZone')} extra={t('organisation:timeZoneHint')}>
        <ZoneSelect own={organisation.timeZone} />
      </Form.Item>
    </FormDialog>
  );
}
