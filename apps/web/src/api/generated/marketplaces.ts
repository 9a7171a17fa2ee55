/** Made by libs/marketplace/src/generate-descriptors.ts from the descriptors; do not edit. */
export const MARKETPLACE_FACTS = {
  "temu": {
    "words": {
      "en": "Temu",
      "zh": "Temu"
    },
    "wordsOfOrder": {
      "en": "parent order",
      "zh": "父订单"
    },
    "appFields": [],
    "regions": {
      "us": {
        "en": "United States",
        "zh": "美国"
      },
      "eu": {
        "en": "Europe",
        "zh": "欧洲"
      },
      "global": {
        "en": "Global",
        "zh": "全球"
      },
      "cn": {
        "en": "China",
        "zh": "中国"
      },
      "partner": {
        "en": "China (partner)",
        "zh": "合作方"
      }
    },
    "lacks": []
  }
} as const;
