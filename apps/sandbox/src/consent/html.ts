/** Text that is safe inside HTML; only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

type Part = string | number | Html | readonly Html[];

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map((item) => item.text).join('');
}

/** Every inserted value is escaped unless it was made by `html` itself. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(
    texts.map((text, index) => text + (index < parts.length ? render(parts[index] ?? '') : '')).join(''),
  );
}

const STYLE = new Html(`
  :root { color-scheme: light; font-family: system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
  body { margin: 0; background: #f5f5f7; color: #1f2329; line-height: 1.5; }
  header { background: #fb7701; color: #fff; padding: 14px 24px; font-weight: 600; }
  header small { font-weight: 400; opacity: .9; margin-left: 8px; }
  main { max-width: 760px; margin: 28px auto; padding: 0 16px; }
  .card { background: #fff; border-radius: 12px; padding: 24px 28px; box-shadow: 0 1px 4px #0001; margin-bottom: 20px; }
  h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 20px 0 8px; }
  .muted { color: #6b7280; font-size: 14px; }
  label.choice { display: flex; gap: 10px; align-items: center; border: 1px solid #e5e7eb; border-radius: 8px; padding: 10px 12px; margin: 8px 0; cursor: pointer; }
  label.choice:has(input:checked) { border-color: #fb7701; background: #fff7ef; }
  .actions { display: flex; gap: 12px; margin-top: 24px; }
  button { font: inherit; border-radius: 999px; padding: 10px 26px; border: 1px solid #d1d5db; background: #fff; cursor: pointer; }
  button.primary { background: #fb7701; border-color: #fb7701; color: #fff; font-weight: 600; }
  button:focus-visible, input:focus-visible { outline: 3px solid #fdba74; outline-offset: 2px; }
  table { border-collapse: collapse; width: 100%; font-size: 14px; } td, th { text-align: left; padding: 6px 8px; border-bottom: 1px solid #eee; vertical-align: top; }
  code, .token { font-family: ui-monospace, monospace; background: #f3f4f6; padding: 2px 6px; border-radius: 4px; word-break: break-all; }
  .token { display: block; padding: 14px; font-size: 16px; user-select: all; }
  .error { border-left: 4px solid #dc2626; }
`);

/** What stands above every page; it says that nothing is real. */
export interface Banner {
  title: string;
  note: string;
}

const TEMU_BANNER: Banner = {
  title: 'Seller Center · 卖家中心',
  note: 'Sandbox · 沙箱（模拟，非真实 Temu / simulated, not the real Temu）',
};

export function page(title: string, content: Html, banner: Banner = TEMU_BANNER): string {
  return html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${STYLE}</style></head>
<body><header>${banner.title} <small>${banner.note}</small></header><main>${content}</main></body>
</html>`.text;
}

export function errorPage(titleEn: string, titleZh: string, detail: string, banner?: Banner): string {
  return page(
    titleEn,
    html`<section class="card error" role="alert" data-testid="consent-error"><h1>${titleZh} · ${titleEn}</h1><p>${detail}</p></section>`,
    banner,
  );
}
