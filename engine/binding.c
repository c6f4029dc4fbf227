/* The engine for Python: thin, on the limited API, so one build serves every version from 3.11.
 *
 * `Index(data, roots, seed)` uses a row of bytes as it lies; `Reader(index, day, remembered)` reads
 * texts. A reader is shared by threads: each call takes one of its memories, with the lock held,
 * and lets the lock go while it reads many texts.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "engine.h"

#include <stdlib.h>
#include <string.h>

typedef struct { PyObject_HEAD Index index; Py_buffer data; bool open; } IndexObject;
typedef struct Spare { Reader reader; struct Spare *next; } Spare;
typedef struct { PyObject_HEAD IndexObject *index; View view; Spare *spares; size_t remembered; } ReaderObject;

static PyTypeObject *index_type, *reader_type;

enum { START_FIELD, END_FIELD, TEXT_FIELD, KIND_FIELD, WEIGHT_FIELD, ENTRY_FIELD, NOTE_FIELD, FIELDS };
static const char *const FIELD_NAMES[FIELDS] = {"start", "end", "text", "kind", "weight", "entry", "note"};
static PyObject *field_names[FIELDS], *said_of_word; /* ("word", "", "") */

/* --- Index */

static void index_dealloc(PyObject *self) {
  IndexObject *o = (IndexObject *)self;
  PyTypeObject *type = Py_TYPE(self);
  if (o->open) {
    index_close(&o->index);
    PyBuffer_Release(&o->data);
  }
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *index_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  PyObject *data;
  const char *roots;
  Py_ssize_t roots_size;
  unsigned long long seed;
  (void)kwargs;
  if (!PyArg_ParseTuple(args, "Oy#K", &data, &roots, &roots_size, &seed)) return NULL;
  IndexObject *o = (IndexObject *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  if (!o) return NULL;
  if (PyObject_GetBuffer(data, &o->data, PyBUF_SIMPLE) < 0) {
    Py_DECREF(o);
    return NULL;
  }
  const char *wrong = (uintptr_t)o->data.buf % 8 ? "alignment"
                      : index_open(&o->index, o->data.buf, (size_t)o->data.len, roots, (size_t)roots_size, seed);
  if (wrong) {
    PyBuffer_Release(&o->data);
    Py_DECREF(o);
    if (!strcmp(wrong, "memory")) return PyErr_NoMemory();
    return PyErr_Format(PyExc_ValueError, "this is no index of the engine: %s", wrong);
  }
  o->open = true;
  return (PyObject *)o;
}

/* --- Reader */

static void reader_dealloc(PyObject *self) {
  ReaderObject *o = (ReaderObject *)self;
  PyTypeObject *type = Py_TYPE(self);
  while (o->spares) {
    Spare *spare = o->spares;
    o->spares = spare->next;
    reader_close(&spare->reader);
    free(spare);
  }
  view_close(&o->view);
  Py_XDECREF((PyObject *)o->index);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *reader_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  PyObject *index;
  unsigned int day;
  Py_ssize_t remembered;
  (void)kwargs;
  if (!PyArg_ParseTuple(args, "O!In", index_type, &index, &day, &remembered)) return NULL;
  ReaderObject *o = (ReaderObject *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  if (!o) return NULL;
  Py_INCREF(index);
  o->index = (IndexObject *)index;
  o->remembered = remembered > 0 ? (size_t)remembered : 0;
  if (view_open(&o->view, &o->index->index, day)) {
    Py_DECREF(o);
    return PyErr_NoMemory();
  }
  return (PyObject *)o;
}

static Spare *take_spare(ReaderObject *o) {
  Spare *spare = o->spares;
  if (spare) {
    o->spares = spare->next;
    return spare;
  }
  spare = malloc(sizeof *spare);
  if (!spare || !reader_open(&spare->reader, &o->index->index, o->remembered)) {
    free(spare);
    PyErr_NoMemory();
    return NULL;
  }
  return spare;
}

static void give_spare(ReaderObject *o, Spare *spare) {
  spare->next = o->spares;
  o->spares = spare;
}

/* A text as UTF-8; NULL without an error for one that has none (lone surrogates). */
static const char *utf8(PyObject *text, Py_ssize_t *size) {
  const char *at = PyUnicode_AsUTF8AndSize(text, size);
  if (!at && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) PyErr_Clear();
  return at;
}

/* (decisions, heard) */
static PyObject *as_decision(const Result *result) {
  PyObject *decisions = PyTuple_New(HEADS), *out;
  if (!decisions) return NULL;
  for (int i = 0; i < HEADS; i++) {
    PyObject *number = PyFloat_FromDouble(result->decisions[i]);
    if (!number || PyTuple_SetItem(decisions, i, number) < 0) {
      Py_DECREF(decisions);
      return NULL;
    }
  }
  out = PyTuple_Pack(2, decisions, result->heard ? Py_True : Py_False);
  Py_DECREF(decisions);
  return out;
}

static PyObject *outcome_of(Outcome outcome) {
  if (outcome == NO_MEMORY) return PyErr_NoMemory();
  Py_RETURN_NONE;
}

/* decide(text): decisions of all heads and whether there is a word; None for a text handed back. */
static PyObject *reader_decide(PyObject *self, PyObject *text) {
  ReaderObject *o = (ReaderObject *)self;
  Py_ssize_t size;
  const char *at = utf8(text, &size);
  if (!at) return PyErr_Occurred() ? NULL : outcome_of(HANDED_BACK);
  Spare *spare = take_spare(o);
  if (!spare) return NULL;
  Result result;
  Outcome outcome = reader_judge(&spare->reader, &o->view, at, (size_t)size, false, &result);
  PyObject *out = outcome == DONE ? as_decision(&result) : outcome_of(outcome);
  give_spare(o, spare);
  return out;
}

/* decide_many(texts): the same for each of a tuple of str, with the lock let go. */
static PyObject *reader_decide_many(PyObject *self, PyObject *texts) {
  ReaderObject *o = (ReaderObject *)self;
  if (!PyTuple_Check(texts)) return PyErr_Format(PyExc_TypeError, "decide_many takes a tuple of str");
  Py_ssize_t count = PyTuple_Size(texts);
  size_t room = (size_t)count + 1;
  const char **at = calloc(room, sizeof *at);
  Py_ssize_t *size = calloc(room, sizeof *size);
  Result *results = calloc(room, sizeof *results);
  Outcome *outcomes = calloc(room, sizeof *outcomes);
  PyObject *out = NULL;
  Spare *spare = NULL;
  if (!at || !size || !results || !outcomes) {
    PyErr_NoMemory();
    goto end;
  }
  for (Py_ssize_t i = 0; i < count; i++) {
    at[i] = utf8(PyTuple_GetItem(texts, i), &size[i]);
    if (!at[i] && PyErr_Occurred()) goto end;
  }
  if (!(spare = take_spare(o))) goto end;
  Py_BEGIN_ALLOW_THREADS
  for (Py_ssize_t i = 0; i < count; i++)
    outcomes[i] = at[i] ? reader_judge(&spare->reader, &o->view, at[i], (size_t)size[i], false, &results[i]) : HANDED_BACK;
  Py_END_ALLOW_THREADS
  give_spare(o, spare);
  out = PyList_New(count);
  for (Py_ssize_t i = 0; out && i < count; i++) {
    PyObject *item = outcomes[i] == DONE ? as_decision(&results[i]) : outcome_of(outcomes[i]);
    if (!item || PyList_SetItem(out, i, item) < 0) Py_CLEAR(out);
  }
end:
  free(at);
  free(size);
  free(results);
  free(outcomes);
  return out;
}

/* Ask Python for (kind, name, note) of a mention: describe(kind, reason, block, number, entries). */
static PyObject *described(const Index *ix, const Mention *m, PyObject *describe) {
  PyObject *entries = PyTuple_New(m->entries_size);
  for (uint32_t i = 0; entries && i < m->entries_size; i++) {
    PyObject *number = PyLong_FromUnsignedLong(m->entries[i]);
    if (!number || PyTuple_SetItem(entries, i, number) < 0) Py_CLEAR(entries);
  }
  if (!entries) return NULL;
  const char *block = "";
  Py_ssize_t size = 0;
  if (m->block != NONE) {
    block = ix->strings + ix->string_at[m->block];
    size = (Py_ssize_t)(ix->string_at[m->block + 1] - ix->string_at[m->block]);
  }
  PyObject *said = PyObject_CallFunction(describe, "iis#IN", (int)m->kind, (int)m->reason, block, size,
                                         (unsigned int)m->number, entries);
  if (said && (!PyTuple_Check(said) || PyTuple_Size(said) != 3)) {
    Py_CLEAR(said);
    PyErr_Format(PyExc_TypeError, "describe returns kind, name and note");
  }
  return said;
}

/* Set a field of a new object of a frozen class; takes the value. */
static bool set_field(PyObject *object, int name, PyObject *value) {
  bool good = value && PyObject_GenericSetAttr(object, field_names[name], value) == 0;
  Py_XDECREF(value);
  return good;
}

/* A piece of evidence: begin and end on the whole text, of which a part from `begin` was read. */
static PyObject *as_evidence(ReaderObject *o, const Reason *r, PyObject *text, Py_ssize_t begin, PyTypeObject *type, PyObject *describe) {
  PyObject *said = r->mention ? described(&o->index->index, r->mention, describe) : Py_NewRef(said_of_word);
  PyObject *out = said ? PyType_GenericAlloc(type, 0) : NULL;
  Py_ssize_t start = begin + (Py_ssize_t)r->start, end = begin + (Py_ssize_t)r->end;
  if (out && !(set_field(out, START_FIELD, PyLong_FromSsize_t(start)) && set_field(out, END_FIELD, PyLong_FromSsize_t(end)) &&
               set_field(out, TEXT_FIELD, PyUnicode_Substring(text, start, end)) &&
               set_field(out, WEIGHT_FIELD, PyFloat_FromDouble(r->weight)) &&
               set_field(out, KIND_FIELD, Py_NewRef(PyTuple_GetItem(said, 0))) &&
               set_field(out, ENTRY_FIELD, Py_NewRef(PyTuple_GetItem(said, 1))) &&
               set_field(out, NOTE_FIELD, Py_NewRef(PyTuple_GetItem(said, 2)))))
    Py_CLEAR(out);
  Py_XDECREF(said);
  return out;
}

/* evidence(text, begin, end, type, describe): the reasons between two places of a text, objects of
 * a type with the fields of Evidence; None for a text handed back. */
static PyObject *reader_evidence(PyObject *self, PyObject *args) {
  ReaderObject *o = (ReaderObject *)self;
  PyObject *text, *type, *describe;
  Py_ssize_t begin, end, size;
  if (!PyArg_ParseTuple(args, "UnnO!O", &text, &begin, &end, &PyType_Type, &type, &describe)) return NULL;
  PyObject *part = PyUnicode_Substring(text, begin, end);
  if (!part) return NULL;
  const char *at = utf8(part, &size);
  Spare *spare = at ? take_spare(o) : NULL;
  if (!spare) {
    Py_DECREF(part);
    return at || PyErr_Occurred() ? NULL : outcome_of(HANDED_BACK);
  }
  Result result;
  Outcome outcome = reader_judge(&spare->reader, &o->view, at, (size_t)size, true, &result);
  PyObject *out = outcome == DONE ? PyTuple_New(result.reasons_size) : outcome_of(outcome);
  for (uint32_t i = 0; outcome == DONE && out && i < result.reasons_size; i++) {
    PyObject *item = as_evidence(o, &result.reasons[i], text, begin, (PyTypeObject *)type, describe);
    if (!item || PyTuple_SetItem(out, i, item) < 0) Py_CLEAR(out);
  }
  give_spare(o, spare);
  Py_DECREF(part);
  return out;
}

/* stem(word): what stems.c makes of one lower-case word of at most 80 letters; for comparisons. */
static PyObject *index_stem(PyObject *self, PyObject *word) {
  Py_ssize_t size;
  char out[160];
  const char *at = PyUnicode_AsUTF8AndSize(word, &size);
  if (!at) return NULL;
  if (size > 80) return Py_NewRef(word);
  uint32_t n = stem_of(&((IndexObject *)self)->index, at, (uint32_t)size, out);
  return PyUnicode_FromStringAndSize(out, (Py_ssize_t)n);
}

/* --- the module */

static const char *const NAMES_flags[] = {
#define X(name) #name,
    FLAGS(X) NULL};
static const char *const NAMES_members[] = {MEMBERS(X) NULL};
static const char *const NAMES_kinds[] = {KINDS(X) NULL};
static const char *const NAMES_signals[] = {SIGNALS(X) NULL};
static const char *const NAMES_categories[] = {CATEGORIES(X) NULL};
#undef X
#define X(name, text) text,
static const char *const NAMES_specials[] = {SPECIALS(X) NULL};
static const char *const NAMES_reasons[] = {REASONS(X) NULL};
#undef X

static int add_names(PyObject *module, const char *name, const char *const *names) {
  Py_ssize_t count = 0;
  while (names[count]) count++;
  PyObject *out = PyTuple_New(count);
  for (Py_ssize_t i = 0; out && i < count; i++) {
    PyObject *text = PyUnicode_FromString(names[i]);
    if (!text || PyTuple_SetItem(out, i, text) < 0) Py_CLEAR(out);
  }
  if (!out || PyModule_AddObjectRef(module, name, out) < 0) {
    Py_XDECREF(out);
    return -1;
  }
  Py_DECREF(out);
  return 0;
}

static PyMethodDef index_methods[] = {{"stem", index_stem, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyType_Slot index_slots[] = {
    {Py_tp_new, (void *)index_new}, {Py_tp_dealloc, (void *)index_dealloc}, {Py_tp_methods, index_methods}, {0, NULL}};
static PyType_Spec index_spec = {"netralitas_nlp._engine.Index", sizeof(IndexObject), 0, Py_TPFLAGS_DEFAULT, index_slots};

static PyMethodDef reader_methods[] = {{"decide", reader_decide, METH_O, NULL},
                                       {"decide_many", reader_decide_many, METH_O, NULL},
                                       {"evidence", reader_evidence, METH_VARARGS, NULL},
                                       {NULL, NULL, 0, NULL}};
static PyType_Slot reader_slots[] = {
    {Py_tp_new, (void *)reader_new}, {Py_tp_dealloc, (void *)reader_dealloc}, {Py_tp_methods, reader_methods}, {0, NULL}};
static PyType_Spec reader_spec = {"netralitas_nlp._engine.Reader", sizeof(ReaderObject), 0, Py_TPFLAGS_DEFAULT, reader_slots};

static int engine_exec(PyObject *module) {
  for (int i = 0; i < FIELDS; i++)
    if (!field_names[i] && !(field_names[i] = PyUnicode_InternFromString(FIELD_NAMES[i]))) return -1;
  if (!said_of_word && !(said_of_word = Py_BuildValue("(sss)", "word", "", ""))) return -1;
  index_type = (PyTypeObject *)PyType_FromSpec(&index_spec);
  reader_type = (PyTypeObject *)PyType_FromSpec(&reader_spec);
  if (!index_type || !reader_type || PyModule_AddType(module, index_type) < 0 || PyModule_AddType(module, reader_type) < 0)
    return -1;
  if (add_names(module, "FLAGS", NAMES_flags) < 0 || add_names(module, "MEMBERS", NAMES_members) < 0 ||
      add_names(module, "KINDS", NAMES_kinds) < 0 || add_names(module, "SIGNALS", NAMES_signals) < 0 ||
      add_names(module, "CATEGORIES", NAMES_categories) < 0 || add_names(module, "SPECIALS", NAMES_specials) < 0)
    return -1;
  return add_names(module, "REASONS", NAMES_reasons);
}

static PyModuleDef_Slot engine_slots[] = {{Py_mod_exec, (void *)engine_exec}, {0, NULL}};
static struct PyModuleDef engine_module = {PyModuleDef_HEAD_INIT, "_engine", NULL, 0, NULL, engine_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__engine(void) { return PyModuleDef_Init(&engine_module); }
