(function () {
  var root = document.documentElement, button = document.getElementById("language");
  function show(language) {
    root.lang = language;
    document.title = button.dataset[language === "en" ? "titleEn" : "titleZh"];
    button.textContent = language === "en" ? "中文" : "English";
    button.lang = language === "en" ? "zh" : "en-GB";
  }
  button.addEventListener("click", function () { show(root.lang === "en" ? "zh-CN" : "en"); });
  button.hidden = false;
  show(location.hash === "#en" ? "en" : "zh-CN");
})();
