"""Two ways to take money, for `lost_reply.cloud.yaml`."""


def pay(event, context):
    """Every call is a new order."""
    orders = context.cloud.database().collection("orders")
    return {"order": orders.add(data={"sum": event["sum"]})["_id"]}


def pay_once(event, context):
    """The caller names the order, so asking again finds it there."""
    orders = context.cloud.database().collection("orders")
    orders.doc(event["number"]).set(data={"sum": event["sum"]})
    return {"number": event["number"]}
