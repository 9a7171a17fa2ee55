import { Empty } from 'antd';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  title: string;
  /** What to do about it. */
  text?: string;
  action?: ReactNode;
}

export function EmptyState({ title, text, action }: EmptyStateProps) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      style={{ padding: '32px 0' }}
      description={
        <div style={{ maxWidth: 440, margin: '0 auto' }}>
          <div style={{ fontSize: 16, fontWeight: 600, color: 'var(--ink)' }}>{title}</div>
          {text && <div style={{ marginTop: 6 }}>{text}</div>}
        </div>
      }
    >
      {action}
    </Empty>
  );
}
