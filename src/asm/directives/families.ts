/** Names of the directive families that are loaded on demand; each family is the file of that name. */
// prettier-ignore
export const families = {
  conditional: [
    '.if', '.ifb', '.ifc', '.ifdef', '.ifeq', '.ifeqs', '.ifge', '.ifgt', '.ifle', '.iflt', '.ifnb', '.ifnc', '.ifndef', '.ifne',
    '.ifnes', '.ifnotdef', '.else', '.elsec', '.elseif', '.endc', '.endif',
  ],
  macro: ['.macro', '.endm', '.exitm', '.mexit', '.purgem', '.altmacro', '.noaltmacro'],
  repeat: ['.rept', '.rep', '.irp', '.irep', '.irpc', '.irepc', '.endr'],
  include: ['.include', '.incbin'],
  listing: [
    '.eject', '.lflags', '.list', '.llen', '.nolist', '.nopage', '.page', '.plen', '.psize', '.sbttl', '.title', '.ttl', '.name',
    '.format', '.noformat', '.spc', '.xcom',
  ],
  object: ['.ident', '.version', '.reloc', '.gnu_attribute', '.vtable_inherit', '.vtable_entry', '.line', '.linefile', '.end', '.rva'],
  message: ['.print', '.err', '.error', '.warning', '.fail', '.abort', '.mri', '..mri'],
  cfi: [
    '.cfi_sections', '.cfi_startproc', '.cfi_endproc', '.cfi_fde_data', '.cfi_def_cfa', '.cfi_def_cfa_register',
    '.cfi_def_cfa_offset', '.cfi_adjust_cfa_offset', '.cfi_offset', '.cfi_rel_offset', '.cfi_register', '.cfi_return_column',
    '.cfi_restore', '.cfi_undefined', '.cfi_same_value', '.cfi_remember_state', '.cfi_restore_state', '.cfi_window_save',
    '.cfi_negate_ra_state', '.cfi_escape', '.cfi_signal_frame', '.cfi_personality', '.cfi_personality_id', '.cfi_lsda',
    '.cfi_inline_lsda', '.cfi_val_encoded_addr', '.cfi_label', '.cfi_val_offset', '.cfi_b_key_frame', '.cfi_mte_tagged_frame',
  ],
  dwarf: ['.file', '.loc', '.loc_mark_labels', '.stabd', '.stabn', '.stabs', '.xstabs', '.func', '.endfunc', '.debug'],
  code: [
    '.code16', '.code16gcc', '.code32', '.code64', '.arch', '.att_syntax', '.intel_syntax', '.att_mnemonic', '.intel_mnemonic',
    '.allow_index_reg', '.disallow_index_reg', '.sse_check', '.operand_check', '.noopt', '.optim',
    '.bundle_align_mode', '.bundle_lock', '.bundle_unlock', '.this_gcc_requires_the_gnu_assembler',
  ],
  float: ['.float', '.single', '.double', '.tfloat', '.hfloat', '.bfloat16', '.ffloat', '.dfloat', '.dc.s', '.dc.d', '.dc.x', '.dcb.s', '.dcb.d', '.dcb.x'],
} as const;
