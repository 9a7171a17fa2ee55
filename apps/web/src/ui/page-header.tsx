import type { ReactNode } from 'react';
import { usePageTitle } from './use-page-title';

interface PageHeaderProps {
  /** Heads the page and its tab in the browser. */
  title: string;
  /** Beside the title: a total, a state. */
  aside?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, aside, actions }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <header className="row-between">
      <div className="row">
        <h1 className="page-title">{title}</h1>
        {aside}
      </div>
      <div className="row">{actions}</div>
    </header>
  );
}
