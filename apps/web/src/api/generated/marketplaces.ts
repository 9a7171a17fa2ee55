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
    "revenueBasis": "supply",
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
  },
  "tiktok": {
    "words": {
      "en": "TikTok Shop",
      "zh": "TikTok Shop"
    },
    "wordsOfOrder": {
      "en": "order",
      "zh": "订单"
    },
    "appFields": [
      {
        "name": "service_id",
        "words": {
          "en": "Service ID",
          "zh": "服务 ID"
        },
        "example": "7400000000000000001"
      }
    ],
    "revenueBasis": "seller",
    "regions": {
      "us": {
        "en": "United States",
        "zh": "美国"
      },
      "global": {
        "en": "All but the US",
        "zh": "美国以外"
      }
    },
    "lacks": [
      "promotions"
    ]
  }
} as const;
