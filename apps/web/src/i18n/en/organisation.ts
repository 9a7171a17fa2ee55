export const organisation = {
  title: 'Organisation',
  timeZone: 'Time zone',
  timeZoneHint:
    'At 0:00 there the tokens of marketplaces that replace them are renewed. Each shop’s days are counted in the shop’s own zone.',
  nextRenewal: 'Tokens that would end before the night after are renewed at',
};
