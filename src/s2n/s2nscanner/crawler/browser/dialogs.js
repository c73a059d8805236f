// Answers the dialogs of a page that opens one after the other, as browsers do that keep a page from opening
// more: each holds the page up until it is answered.

let opened = 0; // dialogs since something was done to the page

const unopened = []; // what they would have said
const MANY = 50;

hush("alert", undefined);
hush("confirm", false);
hush("prompt", null);
hush("print", undefined);

function hush(name, answer) {
  hook(window, name, (own, self, given) => {
    if (opened < DIALOGS) {
      opened++;
      return apply(own, self, given);
    }
    if (unopened.length < MANY && typeof given[0] === "string") unopened[unopened.length] = given[0];
    return answer;
  });
}

// What dialogs said that were not opened, as far as it was text.
function muted() {
  return unopened;
}
