"""Writes a receipt."""

from __future__ import annotations

from typing import Any


def main(event: dict[str, Any], context: Any) -> dict[str, str]:
    """The text of an order's receipt: `{text}`."""
    order = event["order"]
    good = context.cloud.database().collection("goods").doc(order["goodId"]).get().data
    total = order["amount"] * good["price"]
    return {"text": f"{order['amount']} × {good['name']} = {total}\n"}
