export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Temu Omni">
      <rect width="32" height="32" rx="8" fill="#1f2a44" stroke="#ffffff22" />
      <circle cx="12.5" cy="16" r="6.5" fill="none" stroke="#ff7a30" strokeWidth="3" />
      <circle cx="19.5" cy="16" r="6.5" fill="none" stroke="#fff" strokeWidth="3" opacity=".9" />
    </svg>
  );
}
