import type { Texts } from '../../engine/screens/texts.ts'

interface DevelopmentTexts {
  /** `{scope}` is what the client asks for. */
  asks: string
  who: string
  /** Heading. */
  editTitle: string
  editClaims: string
  somebodyNew: string
  refuse: string
  note: string
  /** `{sub}` is the name of the claim. */
  subject: string
  claims: string
  stay: string
  /** `{why}` is said in English. */
  noClaims: string
  back: string
  allow: string
}

export const developmentTexts: Texts<DevelopmentTexts> = {
  screen: 'development',
  in: {
    en: {
      asks: 'It asks for {scope}, and gets it.',
      who: 'Who are you?',
      editTitle: 'Edit claims',
      editClaims: 'edit claims',
      somebodyNew: 'Somebody new',
      refuse: 'Refuse',
      note: 'A server for development: nobody is asked for a password.',
      subject: 'Subject ({sub})',
      claims: 'Claims, as JSON',
      stay: 'They stay changed until the server stops.',
      noClaims: 'These claims are no JSON object: {why}',
      back: 'Back',
      allow: 'Allow',
    },
    de: {
      asks: 'Gefragt wird nach {scope}; gewährt wird es.',
      who: 'Wer sind Sie?',
      editTitle: 'Claims bearbeiten',
      editClaims: 'Claims bearbeiten',
      somebodyNew: 'Jemand Neues',
      refuse: 'Ablehnen',
      note: 'Ein Server für die Entwicklung: Niemand wird nach einem Passwort gefragt.',
      subject: 'Subject ({sub})',
      claims: 'Claims als JSON',
      stay: 'Sie bleiben geändert, bis der Server endet.',
      noClaims: 'Diese Claims sind kein JSON-Objekt: {why}',
      back: 'Zurück',
      allow: 'Erlauben',
    },
    fr: {
      asks: 'Elle demande {scope} et l’obtient.',
      who: 'Qui êtes-vous\u00a0?',
      editTitle: 'Modifier les claims',
      editClaims: 'modifier les claims',
      somebodyNew: 'Une nouvelle personne',
      refuse: 'Refuser',
      note: 'Un serveur de développement\u00a0: aucun mot de passe n’est demandé.',
      subject: 'Sujet ({sub})',
      claims: 'Claims, en JSON',
      stay: 'Ils restent modifiés jusqu’à l’arrêt du serveur.',
      noClaims: 'Ces claims ne sont pas un objet JSON\u00a0: {why}',
      back: 'Retour',
      allow: 'Autoriser',
    },
    es: {
      asks: 'Pide {scope} y lo obtiene.',
      who: '¿Quién es usted?',
      editTitle: 'Editar claims',
      editClaims: 'editar claims',
      somebodyNew: 'Otra persona',
      refuse: 'Rechazar',
      note: 'Un servidor de desarrollo: no se pide contraseña a nadie.',
      subject: 'Sujeto ({sub})',
      claims: 'Claims, en JSON',
      stay: 'Quedan modificados hasta que se detenga el servidor.',
      noClaims: 'Estos claims no son un objeto JSON: {why}',
      back: 'Volver',
      allow: 'Permitir',
    },
    ar: {
      asks: 'يطلب {scope} ويحصل عليه.',
      who: 'من أنت؟',
      editTitle: 'تعديل البيانات',
      editClaims: 'تعديل البيانات',
      somebodyNew: 'شخص جديد',
      refuse: 'رفض',
      note: 'هذا خادم للتطوير: لا تُطلب كلمة مرور من أحد.',
      subject: 'المُعرِّف ({sub})',
      claims: 'البيانات بصيغة JSON',
      stay: 'تبقى التعديلات حتى يتوقف الخادم.',
      noClaims: 'هذه البيانات ليست كائن JSON: {why}',
      back: 'رجوع',
      allow: 'السماح',
    },
    ja: {
      asks: '{scope} が要求されており、許可されます。',
      who: 'ユーザーを選んでください',
      editTitle: 'クレームの編集',
      editClaims: 'クレームを編集',
      somebodyNew: '新しいユーザー',
      refuse: '拒否する',
      note: '開発用のサーバーです。パスワードは求められません。',
      subject: 'サブジェクト（{sub}）',
      claims: 'クレーム（JSON）',
      stay: '変更はサーバーが停止するまで有効です。',
      noClaims: 'このクレームは JSON オブジェクトではありません: {why}',
      back: '戻る',
      allow: '許可する',
    },
  },
}
