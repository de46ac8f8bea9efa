"""Small apps, each twice: with a bug that only shows when the cloud is in trouble, and without.

They hold nothing but their own idea, and take `Taro.cloud` as an app does, on whichever face. The
bug is always something that a careful programmer has written once.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cloud_fake import CloudError
from tests.stories.faults.telling import asked

# --- a notebook: what is typed while there is no network -----------------------------------------


class ClearsTheField:
    """Empties the field when it sends, as if sending were having arrived."""

    def __init__(self, cloud: Any) -> None:
        self.notes = cloud.database().collection("notes")
        self.field = ""

    def send(self) -> bool:
        text, self.field = self.field, ""
        try:
            self.notes.add(data={"text": text})
        except CloudError:
            return False
        return True


class KeepsTheDraft(ClearsTheField):
    """Empties it once the note is known to be stored."""

    def send(self) -> bool:
        try:
            self.notes.add(data={"text": self.field})
        except CloudError:
            return False
        self.field = ""
        return True


# --- a restaurant: an order that is stuck in the network -----------------------------------------


class OrdersAgain:
    """After a time-out it asks the user to try again, and makes a second order of it."""

    def __init__(self, cloud: Any) -> None:
        self.orders = cloud.database().collection("orders")

    def order(self, dish: str) -> bool:
        try:
            self.orders.add(data={"dish": dish})
        except CloudError:
            return False
        return True


class OrdersOnce(OrdersAgain):
    """Gives the order its number before it is sent; sent again it is the same order."""

    def order(self, dish: str) -> bool:
        try:
            self.orders.doc(f"table-5-{dish}").set(data={"dish": dish})
        except CloudError:
            return False
        return True


# --- an editor that saves while one writes -------------------------------------------------------


class SavesWhatItHas:
    """Puts the whole text into the record each time; what is sent last is what counts."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.draft = cloud.database().collection("notes").doc("draft")
        self.version = 0

    def save(self, text: str) -> None:
        self.version += 1
        with contextlib.suppress(CloudError):
            self.put(text)

    def put(self, text: str) -> None:
        self.draft.update(data={"text": text, "version": self.version})


class SavesWhatIsNewer(SavesWhatItHas):
    """Numbers what it sends; nothing takes the place of something newer."""

    def put(self, text: str) -> None:
        db = self.cloud.database()
        older = {"_id": "draft", "version": db.command.lt(self.version)}
        found = db.collection("notes").where(older)
        found.update(data={"text": text, "version": self.version})


# --- a to-do list that greets newcomers with an example ------------------------------------------


class TakesErrorsForEmptiness:
    """Shows an empty list when it cannot read, and fills it as it would for a newcomer."""

    def __init__(self, cloud: Any) -> None:
        self.todos = cloud.database().collection("todos")
        self.shown: list[str] | None = None

    def read(self) -> list[str]:
        try:
            return [record["text"] for record in self.todos.get()["data"]]
        except CloudError:
            return []

    def open(self) -> None:
        self.shown = self.read()
        if not self.shown:
            self.todos.add(data={"text": "Try me"})
            self.shown = ["Try me"]


class KnowsThatItDoesNotKnow(TakesErrorsForEmptiness):
    """Shows that it could not read."""

    def open(self) -> None:
        try:
            self.shown = [record["text"] for record in self.todos.get()["data"]]
        except CloudError:
            self.shown = None


# --- a queue of uploads of which one is poisoned -------------------------------------------------


class StopsAtTheFirst:
    """Sends in order and tries the first one for ever."""

    def __init__(self, cloud: Any) -> None:
        self.reports = cloud.database().collection("reports")
        self.waiting = ["a", "b", "c"]

    def sync(self) -> None:
        while self.waiting:
            try:
                self.reports.add(data={"_id": self.waiting[0]})
            except CloudError:
                return
            self.waiting.pop(0)


class GoesOnWithTheNext(StopsAtTheFirst):
    """Keeps what fails for later."""

    def sync(self) -> None:
        failed = []
        for report in self.waiting:
            try:
                self.reports.add(data={"_id": report})
            except CloudError:
                failed.append(report)
        self.waiting = failed


# --- a shop: a payment whose answer is lost ------------------------------------------------------


class PaysAgain:
    """Tries again when it hears nothing; each try is a payment."""

    def __init__(self, cloud: Any) -> None:
        self.payments = cloud.database().collection("payments")

    def pay(self, order: str, amount: int) -> None:
        for _ in range(3):
            try:
                self.payments.add(data={"order": order, "amount": amount})
            except CloudError:
                continue
            return


class PaysOnce(PaysAgain):
    """The order's number is the payment's id, so that a second try is the same payment."""

    def pay(self, order: str, amount: int) -> None:
        for _ in range(3):
            try:
                self.payments.doc(order).set(data={"amount": amount})
            except CloudError:
                continue
            return


# --- likes: a request that the network delivers twice --------------------------------------------


class CountsLikes:
    """One more for every request that arrives."""

    def __init__(self, cloud: Any) -> None:
        self._ = cloud.database().command
        self.post = cloud.database().collection("posts").doc("post")

    def like(self, user: str) -> None:
        self.post.update(data={"likes": self._.inc(1)})

    def likes(self) -> int:
        return int(self.post.get()["data"]["likes"])


class RemembersWhoLikes(CountsLikes):
    """A set of users does not grow by hearing of one twice."""

    def like(self, user: str) -> None:
        self.post.update(data={"liked_by": self._.addToSet(user)})

    def likes(self) -> int:
        return len(self.post.get()["data"].get("liked_by", []))


# --- an album ------------------------------------------------------------------------------------


class RecordsTheUploadFirst:
    """Writes down the picture and then sends it."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.pictures = cloud.database().collection("pictures")

    def add(self, path: Path) -> None:
        self.pictures.add(data={"name": path.name})
        try:
            self.cloud.uploadFile(cloudPath=path.name, filePath=str(path))
        except CloudError:
            return


class RecordsWhatHasArrived(RecordsTheUploadFirst):
    """Sends it, and writes down what was stored."""

    def add(self, path: Path) -> None:
        try:
            stored = self.cloud.uploadFile(cloudPath=path.name, filePath=str(path))
        except CloudError:
            return
        self.pictures.add(data={"name": path.name, "file": stored["fileID"]})


class BelievesTheWholeAnswer:
    """`deleteFile` has succeeded, so the files are gone."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.pictures = cloud.database().collection("pictures")

    def forget(self, files: list[str]) -> None:
        self.cloud.deleteFile(fileList=files)
        self.remove(files)

    def remove(self, files: list[str]) -> None:
        _ = self.cloud.database().command
        self.pictures.where({"file": _.in_(files)}).remove()


class ReadsEveryItem(BelievesTheWholeAnswer):
    """Each file has a status of its own; what is still there stays in the list."""

    def forget(self, files: list[str]) -> None:
        answer = self.cloud.deleteFile(fileList=files)
        self.remove([item["fileID"] for item in answer["fileList"] if item["status"] == 0])


class SpinsUntilItSucceeds:
    """The bar vanishes when the picture has arrived."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.shown = False

    def send(self, path: Path) -> None:
        self.shown = True
        self.cloud.uploadFile(
            cloudPath=path.name, filePath=str(path), success=lambda answer: self.hide()
        )

    def hide(self) -> None:
        self.shown = False


class EndsWithTheTransfer(SpinsUntilItSucceeds):
    """The bar vanishes when the transfer is over, however it ended."""

    def send(self, path: Path) -> None:
        self.shown = True
        self.cloud.uploadFile(
            cloudPath=path.name, filePath=str(path), complete=lambda answer: self.hide()
        )


class TrustsTheFile:
    """What arrived is what was sent."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud

    def install(self, update: dict[str, str]) -> bytes | None:
        path = self.cloud.downloadFile(fileID=update["file"])["tempFilePath"]
        return Path(path).read_bytes()


class ComparesTheChecksum(TrustsTheFile):
    """Installs nothing that is not what was published; tries again."""

    def install(self, update: dict[str, str]) -> bytes | None:
        for _ in range(3):
            content = super().install(update)
            if content and hashlib.sha256(content).hexdigest() == update["sha256"]:
                return content
        return None


class KeepsTheLink:
    """Asks for a link once, and shows it as long as the page is open."""

    def __init__(self, cloud: Any, files: list[str]) -> None:
        self.cloud = cloud
        self.links = [self.link(file) for file in files]
        self.files = files

    def link(self, file: str) -> str:
        item: dict[str, str] = self.cloud.getTempFileURL(fileList=[file])["fileList"][0]
        return item["tempFileURL"]

    def shown(self) -> list[str]:
        return self.links


class AsksForANewLink(KeepsTheLink):
    """Keeps the file's id; a link is for now."""

    def shown(self) -> list[str]:
        return [self.link(file) for file in self.files]


# --- a lease: an answer that is late -------------------------------------------------------------


class CountsFromTheAnswer:
    """Holds the lease for ten seconds from when it hears that it has it."""

    def __init__(self, cloud: Any, now: Callable[[], float]) -> None:
        self.cloud, self.now = cloud, now
        self.until = 0.0

    def take(self) -> None:
        self.cloud.callFunction(name="lease")
        self.until = self.now() + 10

    def may_write(self) -> bool:
        return self.now() < self.until


class CountsFromTheAsking(CountsFromTheAnswer):
    """Whatever the answer says was true when it was asked for, at the latest."""

    def take(self) -> None:
        asked = self.now()
        self.cloud.callFunction(name="lease")
        self.until = asked + 10


# --- a job that runs out of time -----------------------------------------------------------------


class BeginsAnewEachTime:
    """Works through the list from its beginning, and says at the end how far it came."""

    def __init__(self, cloud: Any) -> None:
        self.tasks = cloud.database().collection("tasks")

    async def work(self) -> None:
        for task in (await asked(self.tasks.orderBy("_id", "asc").get()))["data"]:
            await asked(self.tasks.doc(f"result-{task['_id']}").set(data={"kind": "result"}))
        await asked(self.tasks.where({"kind": "task"}).update(data={"done": True}))


class RemembersHowFarItCame(BeginsAnewEachTime):
    """Ticks off each task as it is done, and goes on with what is not."""

    async def work(self) -> None:
        left = self.tasks.where({"kind": "task", "done": False}).orderBy("_id", "asc")
        for task in (await asked(left.get()))["data"]:
            await asked(self.tasks.doc(f"result-{task['_id']}").set(data={"kind": "result"}))
            await asked(self.tasks.doc(task["_id"]).update(data={"done": True}))


# --- an import: against a throttle ---------------------------------------------------------------


class TriesAgainAtOnce:
    """Three tries, one right after the other."""

    def __init__(self, cloud: Any, sleep: Callable[[float], object]) -> None:
        self.rows = cloud.database().collection("rows")
        self.sleep = sleep

    def put(self, row: int) -> bool:
        for _ in range(3):
            try:
                self.rows.add(data={"_id": str(row)})
            except CloudError:
                continue
            return True
        return False


class BacksOff(TriesAgainAtOnce):
    """Waits longer each time."""

    def put(self, row: int) -> bool:
        for attempt in range(6):
            try:
                self.rows.add(data={"_id": str(row)})
            except CloudError as error:
                if error.errCode != -501003:
                    raise
                self.sleep(2**attempt)
                continue
            return True
        return False


class OneByOne:
    """One call for each record."""

    def __init__(self, cloud: Any) -> None:
        self.rows = cloud.database().collection("rows")

    def put(self, rows: list[int]) -> None:
        for row in rows:
            self.rows.add(data={"n": row})


class AllAtOnce(OneByOne):
    """One call for all of them."""

    def put(self, rows: list[int]) -> None:
        self.rows.add(data=[{"n": row} for row in rows])


# --- a store: two sales at once ------------------------------------------------------------------


class SwallowsTheConflict:
    """Reads, counts down, writes back; who loses the race says nothing."""

    def __init__(self, cloud: Any) -> None:
        self.stock = cloud.database().collection("stock").doc("lamp")
        self.sold = 0

    def sell(self) -> None:
        left = self.stock.get()["data"]["left"]
        with contextlib.suppress(CloudError):
            self.stock.update(data={"left": left - 1})
        self.sold += 1


class SellsWhatItGot(SwallowsTheConflict):
    """A sale is one that was written; one that lost the race is tried again."""

    def sell(self) -> None:
        for _ in range(3):
            left = self.stock.get()["data"]["left"]
            try:
                self.stock.update(data={"left": left - 1})
            except CloudError:
                continue
            self.sold += 1
            return


# --- a list that is read again after it was written ----------------------------------------------


class ShowsWhatItReads:
    """Reads the list after each change and shows that."""

    def __init__(self, cloud: Any) -> None:
        self.todos = cloud.database().collection("todos")
        self.shown: list[str] = []

    def add(self, text: str) -> None:
        self.todos.add(data={"text": text})
        self.shown = self.read()

    def read(self) -> list[str]:
        return [record["text"] for record in self.todos.get()["data"]]


class RemembersItsOwnWrites(ShowsWhatItReads):
    """What it has written itself is there, whatever a read may say."""

    def __init__(self, cloud: Any) -> None:
        super().__init__(cloud)
        self.written: list[str] = []

    def add(self, text: str) -> None:
        self.todos.add(data={"text": text})
        self.written.append(text)
        read = self.read()
        self.shown = read + [text for text in self.written if text not in read]


class ExpectsEveryField:
    """Every record has every field."""

    def __init__(self, cloud: Any) -> None:
        self.people = cloud.database().collection("people")

    def greeting(self) -> str:
        person = self.people.doc("ann").get()["data"]
        return f"Hello {person.get('nick')}"


class HasADefault(ExpectsEveryField):
    """Older records have no nickname."""

    def greeting(self) -> str:
        person = self.people.doc("ann").get()["data"]
        return f"Hello {person.get('nick') or person['name']}"


class AddsPricesUp:
    """A price is a number, and so is a bill."""

    def __init__(self, cloud: Any) -> None:
        self.bills = cloud.database().collection("bills")

    def total(self, pieces: int) -> str:
        bill = self.bills.doc("tea").get()["data"]
        return f"{self.price(bill) * pieces} yuan"

    def price(self, bill: Any) -> Any:
        return bill["price"]


class ReadsOldPricesToo(AddsPricesUp):
    """The first version of the app had written what was in the field, a text."""

    def price(self, bill: Any) -> int:
        return int(bill["price"])


class LooksAtTheEnding:
    """Shows a picture if the file is called like one."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud

    def show(self, file: str) -> bool:
        return self.is_picture(Path(self.cloud.downloadFile(fileID=file)["tempFilePath"]))

    def is_picture(self, path: Path) -> bool:
        return path.suffix == ".png"


class LooksAtTheBytes(LooksAtTheEnding):
    """A picture is what begins like one."""

    def is_picture(self, path: Path) -> bool:
        return path.read_bytes().startswith(b"\x89PNG")


# --- a phone number that WeChat gives for five minutes -------------------------------------------


class SendsItWhenItIsNeeded:
    """Asks for the number's id as the page opens, and sends it with the order."""

    def __init__(self, cloud: Any, ask: Callable[[], str]) -> None:
        self.cloud, self.ask = cloud, ask
        self.phone = ask()

    def order(self) -> None:
        self.bind(self.phone)

    def bind(self, phone: str) -> bool:
        answer = self.cloud.callFunction(name="bind", data={"phone": self.cloud.CloudID(phone)})
        return bool(answer["result"]["ok"])


class AsksAgain(SendsItWhenItIsNeeded):
    """Asks for another one if that one is no good any more."""

    def order(self) -> None:
        if not self.bind(self.phone):
            self.bind(self.ask())


# --- a chat: what becomes of a watch -------------------------------------------------------------


class SpinsForEver:
    """Shows a spinner until something comes."""

    def __init__(self, cloud: Any) -> None:
        self.messages = cloud.database().collection("messages")
        self.spinning = True
        self.texts: list[str] = []
        self.listen()

    def listen(self) -> None:
        self.messages.watch(onChange=self.show, onError=self.gone)

    def show(self, snapshot: Any) -> None:
        self.spinning = False
        self.texts = [record["text"] for record in snapshot["docs"]]

    def gone(self, error: CloudError) -> None:
        pass

    def online(self) -> None:
        """The device has found a network again."""


class ListensAgain(SpinsForEver):
    """A watch that has ended is begun anew: at once, or when there is a network again."""

    is_gone = False

    def gone(self, error: CloudError) -> None:
        self.spinning = self.is_gone = True
        if error.errCode == -402009:
            self.online()

    def online(self) -> None:
        if self.is_gone:
            self.is_gone = False
            self.listen()


class CountsEvents:
    """One event is one new message."""

    def __init__(self, cloud: Any) -> None:
        self.unread = 0
        messages = cloud.database().collection("messages")
        messages.watch(onChange=self.show, onError=print)

    def show(self, snapshot: Any) -> None:
        if snapshot["type"] != "init":
            self.unread += 1


class CountsMessages(CountsEvents):
    """Every message that is new is new, and each only once."""

    def __init__(self, cloud: Any) -> None:
        self.seen: set[str] = set()
        super().__init__(cloud)

    def show(self, snapshot: Any) -> None:
        for change in snapshot["docChanges"]:
            if change["queueType"] == "enqueue" and change["docId"] not in self.seen:
                self.seen.add(change["docId"])
                self.unread += 1


class ShowsTheLastThatCame:
    """What came last is the newest."""

    def __init__(self, cloud: Any) -> None:
        self.texts: list[str] = []
        self.number = -1
        messages = cloud.database().collection("messages")
        messages.watch(onChange=self.show, onError=print)

    def show(self, snapshot: Any) -> None:
        self.number = snapshot["id"]
        self.texts = [record["text"] for record in snapshot["docs"]]


class ShowsTheNewest(ShowsTheLastThatCame):
    """Events have numbers."""

    def show(self, snapshot: Any) -> None:
        if snapshot["id"] > self.number:
            super().show(snapshot)


class WaitsForNoEcho:
    """Shows its own message when its event comes, and looks for it as soon as it is sent."""

    def __init__(self, cloud: Any) -> None:
        self.messages = cloud.database().collection("messages")
        self.shown: dict[str, str] = {}
        self.messages.watch(onChange=self.show, onError=print)

    def show(self, snapshot: Any) -> None:
        self.shown.update({record["_id"]: record["text"] for record in snapshot["docs"]})

    async def send(self, text: str) -> list[str]:
        """What the page shows as soon as the message is stored."""
        await asked(self.messages.add(data={"text": text}))
        return list(self.shown.values())


class ShowsItAtOnce(WaitsForNoEcho):
    """Its own message is shown when it is stored; the event tells of the same id."""

    async def send(self, text: str) -> list[str]:
        stored = await asked(self.messages.add(data={"text": text}))
        self.shown[stored["_id"]] = text
        return list(self.shown.values())


# --- functions and timers: `deploy` takes code that is written once for both faces ---------------


class MovesInTwoSteps:
    """A function takes money from one account and puts it into the other."""

    def __init__(self, deploy: Any) -> None:
        deploy("move", self.move)

    async def move(self, event: Any, context: Any, cloud: Any) -> None:
        db = cloud.database()
        accounts, _ = db.collection("accounts"), db.command
        await asked(accounts.doc("ann").update(data={"money": _.inc(-event["amount"])}))
        await asked(accounts.doc("bob").update(data={"money": _.inc(event["amount"])}))


class MovesInATransaction(MovesInTwoSteps):
    """Both or none."""

    async def move(self, event: Any, context: Any, cloud: Any) -> None:
        db = cloud.database()

        async def step(transaction: Any) -> None:
            accounts, _ = transaction.collection("accounts"), db.command
            await asked(accounts.doc("ann").update(data={"money": _.inc(-event["amount"])}))
            await asked(accounts.doc("bob").update(data={"money": _.inc(event["amount"])}))

        await asked(db.runTransaction(step))


class NumbersInMemory:
    """A function numbers the bills; the last number is in its module's memory."""

    def __init__(self, deploy: Any) -> None:
        deploy("bill", self.bill)

    async def bill(self, event: Any, context: Any, cloud: Any) -> int:
        number = context.instance.get("number", 0) + 1
        context.instance["number"] = number
        return int(number)


class NumbersInTheDatabase(NumbersInMemory):
    """An instance is gone at any time; a record is not."""

    async def bill(self, event: Any, context: Any, cloud: Any) -> int:
        db = cloud.database()
        counter = db.collection("counters").doc("bills")
        await asked(counter.update(data={"number": db.command.inc(1)}))
        return int((await asked(counter.get()))["data"]["number"])


class SweepsTheLastHour:
    """A timer, once an hour, removes what has expired within the hour before."""

    def __init__(self, deploy: Any) -> None:
        deploy("sweep", self.sweep, timer="0 0 * * * * *")

    async def sweep(self, event: Any, context: Any, cloud: Any) -> None:
        await asked(self.expired(cloud.database(), int(event["Time"][11:13])).remove())

    def expired(self, db: Any, hour: int) -> Any:
        return db.collection("sessions").where({"expires": hour})


class SweepsWhatIsThere(SweepsTheLastHour):
    """Removes whatever has expired by now."""

    def expired(self, db: Any, hour: int) -> Any:
        return db.collection("sessions").where({"expires": db.command.lte(hour)})


class BillsAtEachRing:
    """A timer, once an hour, writes a bill."""

    def __init__(self, deploy: Any) -> None:
        deploy("charge", self.charge, timer="0 0 * * * * *")

    async def charge(self, event: Any, context: Any, cloud: Any) -> None:
        bills = cloud.database().collection("bills")
        await asked(bills.add(data={"hour": event["Time"]}))


class BillsEachHour(BillsAtEachRing):
    """The hour is the bill's id."""

    async def charge(self, event: Any, context: Any, cloud: Any) -> None:
        bills = cloud.database().collection("bills")
        await asked(bills.doc(event["Time"][:13]).set(data={"hour": event["Time"]}))


# --- two devices ---------------------------------------------------------------------------------


class StampsWithItsOwnClock:
    """A message's time is that of the device."""

    def __init__(self, cloud: Any, clock: Any) -> None:
        self.cloud, self.clock = cloud, clock
        self.messages = cloud.database().collection("messages")

    def now(self) -> Any:
        return self.clock.now()

    def say(self, text: str) -> None:
        self.messages.add(data={"text": text, "at": self.now()})

    def read(self) -> list[str]:
        ordered = self.messages.orderBy("at", "asc").get()["data"]
        return [message["text"] for message in ordered]


class StampsWithTheServerS(StampsWithItsOwnClock):
    """A message's time is when it was stored."""

    def now(self) -> Any:
        return self.cloud.database().serverDate()
