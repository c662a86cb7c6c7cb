// Runner files: opened by a button, or dropped anywhere on the page.

const MOST = 100_000;

export function files(input, take, refuse) {
  const read = async (file) => {
    if (!file) return;
    if (file.size > MOST) refuse();
    else take(file.name.slice(0, 200), await file.text());
  };
  input.addEventListener("change", () => {
    read(input.files[0]);
    input.value = "";
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    read(event.dataTransfer.files[0]);
  });
}
