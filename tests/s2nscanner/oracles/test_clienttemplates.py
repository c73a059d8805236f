import pytest

from s2n.s2nscanner.oracles.clienttemplates import find_expression, frameworks, may_compile

ANGULAR = '<script src="/angular.min.js"></script>'
VUE = '<script src="https://unpkg.com/vue@3/dist/vue.global.js"></script>'
MOUNT = "<script>Vue.createApp({}).mount('#app')</script>"


def place(page, expression="z{{1*2}}"):
    found = find_expression(page.replace("@", expression), "1*2", "z")
    return found and (found.framework, found.place)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"{ANGULAR}<p ng-app>@", ("AngularJS", "text of <p>")),
        (f"{ANGULAR}<div class='x ng-app'><b title='@'>", ("AngularJS", "title of <b>")),
        (f"{ANGULAR}<p>@<script>angular.bootstrap(document.body)</script>", ("AngularJS", "text of <p>")),
        (f"{VUE}{MOUNT}<main id=app><i>@</i></main>", ("Vue", "text of <i>")),
        (f"{VUE}<main id=app><i :title=n>@</i></main>", ("Vue", "text of <i>")),
        ("<script src=petite-vue.js></script><p v-scope>@", ("petite-vue", "text of <p>")),
    ],
)
def test_an_expression_is_found_where_it_is_evaluated(page, found):
    assert place(page) == found
    assert may_compile(page)


@pytest.mark.parametrize(
    "page",
    [
        "<p ng-app>@",
        f"{ANGULAR}<p>@",
        f"{ANGULAR}<p ng-app></p>@",
        f"{ANGULAR}<p ng-app data-ng-non-bindable>@",
        f"{ANGULAR}<div ng-app><b onclick='@'>",
        f"{ANGULAR}<div ng-app><script>'@'</script>",
        f"{ANGULAR}<div ng-app><template>@</template>",
        f"{ANGULAR}<div ng-app>z<b>{{{{1*2}}}}</b>",
        f"{ANGULAR}<div ng-app><!-- @ -->",
        f"{VUE}{MOUNT}<main id=app><i title=@></i></main>",
        f"{VUE}{MOUNT}<main id=app v-pre>@</main>",
        f"{VUE}{MOUNT}<main id=app><textarea>@</textarea></main>",
        f"{VUE}<main id=app>@</main>",
        f"{VUE}<script>new Vue({{el: '#app', render: h => h(A)}})</script><main id=app>@</main>",
        f"<script src=/vue.runtime.min.js></script>{MOUNT}<main id=app>@</main>",
        f"<script src=/vue-router.js></script>{MOUNT}<main id=app>@</main>",
        "<script src=/zone.js></script><app-root>@</app-root>",
    ],
)
def test_what_is_not_compiled_is_no_place(page):
    assert place(page) is None


def test_own_delimiters_take_the_place_of_the_usual_ones():
    angular = f"{ANGULAR}<script>$i.startSymbol('[[').endSymbol(']]')</script><p ng-app>@"
    vue = f"{VUE}<script>new Vue({{el: '#app', delimiters: ['<%', '%>']}})</script><p id=app>@"
    assert [framework.delimiters for framework in frameworks(angular)] == [("[[", "]]")]
    assert place(angular) is None
    assert place(angular, "z[[1*2]]")
    assert place(vue, "z&lt;%1*2%&gt;")


def test_a_framework_in_a_bundle_is_not_sure():
    page = "<script src=/app.js></script><p ng-app>z{{1*2}}"
    assert not find_expression(page, "1*2", "z").sure
    assert find_expression(page.replace("app.js", "angular.js"), "1*2", "z").sure


def test_pages_without_a_sign_are_told_cheaply():
    assert not may_compile("<p>{{hello}}</p><script src=/jquery.js></script>")
