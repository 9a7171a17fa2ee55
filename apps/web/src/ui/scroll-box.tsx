import type { ReactNode } from 'react';

/** What may be wider than the page: scrolled sideways, with the arrow keys too, though nothing in it takes the focus. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
    <section className="scroll-box" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
