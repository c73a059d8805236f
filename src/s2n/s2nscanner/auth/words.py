"""What the fields, buttons, links and messages of a login are called, in the languages of many sites."""

import re

USER = re.compile(
    r"(?i)user|login|e?-?mail|account|nick|(?:^|[_.-])u?id$|^usr|^log$|identifier|phone"
    r"|benutzer|kennung|kunden|identifiant|utilisateur|usuari|correo|utente|gebruiker|brukernavn|käyttäjä"
    r"|아이디|이메일|사용자|会員|メール|ユーザ|логин|пользовател|почт|用户|账号|邮箱|帳號"
)
"""The field for the user."""

PASSWORD = re.compile(
    r"(?i)passw|passphrase|\bpwd\b|kennwort|contrase|mot ?de ?passe|senha|wachtwoord|lösen|hasło"
    r"|パスワード|暗証|비밀번호|пароль|密码|密碼"
)
"""A field for the password whose type does not say so: its style masks what is typed, or nothing does."""

CODE = re.compile(
    r"(?i)otp|2fa|mfa|two[_-]?factor|(?:auth|verif\w{0,20}|security|one[_-]?time)[_-]?code|^code$|pin$"
)
"""The field for a one-time code."""

LOGIN = re.compile(
    r"(?i)log[ _-]?(?:in|on)\b|login|sign[ _-]?[io]n|session|continue|next|auth|identif"
    r"|로그인|다음|anmelden|einloggen|weiter|connexion|connecter|suivant|entrar|ingresar|acceder|iniciar"
    r"|siguiente|accedi|entra\b|avanti|inloggen|logga in|logg inn|zaloguj|ログイン|次へ|войти|вход|далее"
    r"|登录|登入|下一步"
)
"""A form, or the button that sends it."""

OTHER = re.compile(
    r"(?i)regist|sign[ _-]?up|forgot|recover|reset|newsletter|subscribe|search|\bjoin\b"
    r"|(?:create|open)[_ -]?(?:an?[_ -]|your[_ -]|new[_ -])?account|new[_ -]?account"
    r"|konto (?:anlegen|erstellen|eröffnen)|suche|vergessen|créer|inscri|oubli|recherche|crear|regístr|olvid"
    r"|buscar|会員登録|新規|忘れ|検索|가입|찾기|검색|зарегистр|забыл|поиск|注册|註冊|搜索"
)
"""A form or button for something else: a new account, a forgotten password, a search."""

TO_LOGIN = re.compile(
    r"(?i)\blog[ _-]?[io]n\b|login|logon|sign[ _-]?in\b|로그인|anmelden|einloggen|anmeldung|connexion"
    r"|se connecter|iniciar ses|acceder\b|ingresar|entrar\b|accedi\b|inloggen|logga in|logg inn|zaloguj"
    r"|ログイン|サインイン|войти|вход\b|登录|登入"
)
"""A way to the login."""

LOGIN_ALONE = re.compile(
    r"^\s*(?:log[ -]?in|log[ -]?on|sign[ -]?in|anmelden|einloggen|connexion|se connecter|iniciar sesi[oó]n"
    r"|entrar|accedi|inloggen|logga in|zaloguj się|로그인|ログイン|войти|登录|登入)\s*$",
    re.IGNORECASE,
)
"""A text that says nothing else."""

ACCOUNT = re.compile(
    r"(?i)\b(?:my|your)[ _-]?(?:account|area|profile|page|space)|\baccount\b|members?\b|\bportal\b"
    r"|\bintranet\b|customer|kunden|mein(?:e|en)? |mein[ _-]?konto|\bkonto\b|mitglieder|compte|espace"
    r"|mi[ _-]cuenta|minha|mio[ _-]account|area[ _-](?:riservata|clienti|privada)|마이|내 계정"
    r"|マイページ|マイアカウント|会員|личный|кабинет|我的|账户|會員"
)
"""What leads strangers to the login, though it is not called so."""

ELSEWHERE = re.compile(
    r"(?i)\b(?:with|mit|avec|con)\b(?! (?:your |an? )?(?:e-?mail|password|user|passwort))"
    r"|google|facebook|github|gitlab|apple|microsoft|linkedin|twitter|passkey|\bsso\b|saml"
    r"|\bqr\b|log[ _-]?out|sign[ _-]?out|logoff|regist|sign[ _-]?up|forgot"
)
"""What leads to somebody else's login, or out."""

SEND = re.compile(
    r"(?i)verify|confirm|submit|\bsend\b|\bok\b|\bgo\b|enter|absenden|bestätig|valider|envoyer|enviar|확인|送信"
)
"""What sends a step that is not called a login itself."""

GO_ON = re.compile(
    r"(?i)^\s*(?:yes\b|continue\b|ok(?:ay)?$|proceed\b|go on\b|got it|log ?in (?:here|anyway)|skip\b|not now"
    r"|later|remind me later|select\b|choose\b|ja\b|weiter\b|fortfahren|fortsetzen|später|überspringen|oui\b"
    r"|continuer|plus tard|ignorer|s[íi]$|s[íi],|continuar|m[áa]s tarde|continua\b|avanti|はい|続ける"
    r"|続行|後で|スキップ|예$|계속|나중에|да$|продолжить|是$|继续)"
)
"""The button of a page between the login and the inside, which asks only whether to go on."""

MAIL_LINK = re.compile(
    r"(?i)magic[ -]?link|(?:send|e-?mail|mail|get|request)[^.<]{0,30}\b(?:(?:sign|log)[ -]?[io]n[ -])?link\b"
    r"|(?:sent|check|open)[^.<]{0,60}\b(?:inbox|mailbox|e-?mail)\b[^.<]{0,60}\blink\b"
    r"|\blink\b[^.<]{0,60}(?:sent|on its way)[^.<]{0,60}|check your (?:inbox|e-?mail)"
    r"|anmeldelink|link (?:zugeschickt|gesendet|anfordern)|lien (?:de connexion|magique)"
    r"|enlace (?:de acceso|mágico)"
)
"""Those who log in get a link by mail."""

PASSKEY = re.compile(r"(?i)passkey|security key|webauthn|navigator\.credentials\.get|PublicKeyCredential")
"""Those who log in hold a key in a device."""

EXPIRED = re.compile(
    r"(?i)password (?:has |is )?expired"
    r"|(?:must|need to|have to|required to|please) (?:change|choose|set|reset|update) (?:your|an?) "
    r"(?:new |initial )?password|change your password (?:now|before|to continue|at first)"
    r"|passwor[td] (?:ist )?abgelaufen|neues (?:passwort|kennwort) (?:vergeben|wählen|festlegen)"
    r"|mot de passe (?:a |est )?expiré|contraseña (?:ha )?(?:caducado|expirado)"
    r"|パスワードの有効期限|비밀번호를 변경"
)
"""The site wants a new password before it lets anybody in."""
